/**
 * Cache of device checks in the user's cache folder. A check holds for a device, its driver, and
 * the versions of this program and of the runtimes; after any change the device is checked again.
 */

import path from 'node:path';
import { z } from 'zod';
import {
  type DeviceCheck,
  deviceCheckSchema,
  narrowFindings,
} from '../contract/studio/device-check.ts';
import { nodeDisk, replaceFile } from '../disk/disk.ts';
import { readJsonFile } from '../disk/json-file.ts';
import { EXECUTORS } from '../executors/devices.ts';
import type { Device } from '../executors/executor.ts';
import { cacheFolder } from '../platform/cache-folder.ts';
import { packageVersion, programVersion } from '../platform/versions.ts';

const FILE = 'device-checks.json';
/** A driver may have been repaired without a change of its version. */
const RETRY_MS = 24 * 3600_000;

const fileSchema = z.object({
  format: z.literal(2),
  checks: z.record(z.string(), deviceCheckSchema),
});
type Remembered = z.infer<typeof fileSchema>['checks'];

export interface CheckMemoryOptions {
  readonly folder?: string;
  /** Versions of everything that computes. */
  readonly versions?: readonly string[];
  now?(): number;
}

export class CheckMemory {
  readonly #file: string;
  readonly #versions: readonly string[];
  readonly #now: () => number;

  constructor(options: CheckMemoryOptions = {}) {
    this.#file = path.join(options.folder ?? cacheFolder(), FILE);
    this.#versions = options.versions ?? computingVersions();
    this.#now = options.now ?? Date.now;
  }

  /** Cached checks of these devices, including old failures, in their order. */
  async read(devices: readonly Device[]): Promise<DeviceCheck[]> {
    const checks = await this.#readAll();
    return devices.flatMap((device) => checks[this.#keyOf(device)] ?? []);
  }

  /** The time of a new check, ISO 8601. */
  now(): string {
    return new Date(this.#now()).toISOString();
  }

  /** Whether the device need not be checked again yet. */
  isFresh(check: DeviceCheck): boolean {
    const { ok, checkedAt } = check;
    const age = this.#now() - Date.parse(checkedAt);
    return (
      (ok && narrowFindings(check).every(({ finding }) => finding.ok)) ||
      (age >= 0 && age < RETRY_MS)
    );
  }

  /** Store a check. If the folder cannot be written, devices are checked again next time. */
  async write(device: Device, check: DeviceCheck): Promise<void> {
    const checks = { ...(await this.#readAll()), [this.#keyOf(device)]: check };
    try {
      await nodeDisk.makeFolder(path.dirname(this.#file));
      await replaceFile(
        nodeDisk,
        this.#file,
        `${JSON.stringify({ format: 2, checks }, null, 1)}\n`,
      );
    } catch {
      // Only time is lost.
    }
  }

  async #readAll(): Promise<Remembered> {
    // A missing, truncated or other version's file counts as empty.
    return (await readJsonFile(this.#file, fileSchema))?.checks ?? {};
  }

  #keyOf({ id, name, kind, detail = '' }: Device): string {
    // Details of a processor contain threads and memory, which vary between calls.
    const driver = kind === 'cpu' ? '' : detail;
    return [id, name, driver, ...this.#versions].join(' | ');
  }
}

function computingVersions(): string[] {
  return [
    programVersion(),
    ...EXECUTORS.flatMap(({ id, library }) =>
      library === undefined ? [] : `${id} ${packageVersion(library)}`,
    ),
    `node ${process.versions.node}`,
  ];
}
