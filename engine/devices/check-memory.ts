/**
 * What is known of this machine's devices from trying them, in the user's cache folder. It holds for a
 * device under its driver with this program and these runtimes; with any other it is tried anew.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type DeviceCheck, deviceCheckSchema } from '../contract/studio/device-check.ts';
import { nodeDisk, replaceFile } from '../disk/disk.ts';
import { EXECUTORS } from '../executors/devices.ts';
import type { Device } from '../executors/executor.ts';
import { cacheFolder } from '../platform/cache-folder.ts';
import { packageVersion, programVersion } from '../platform/versions.ts';

const FILE = 'device-checks.json';
/** A driver may have been mended meanwhile without telling. */
const RETRY_MS = 24 * 3600_000;

const fileSchema = z.object({
  format: z.literal(2),
  checks: z.record(z.string(), deviceCheckSchema),
});
type Remembered = z.infer<typeof fileSchema>['checks'];

export interface CheckMemoryOptions {
  readonly folder?: string;
  /** Of everything that computes. */
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

  /** What is known of these devices, failures of any age among it, in their order. */
  async read(devices: readonly Device[]): Promise<DeviceCheck[]> {
    const checks = await this.#readAll();
    return devices.flatMap((device) => checks[this.#keyOf(device)] ?? []);
  }

  /** For a check that is made now, ISO 8601. */
  now(): string {
    return new Date(this.#now()).toISOString();
  }

  /** Whether it need not be tried again yet. */
  isFresh({ ok, half, checkedAt }: DeviceCheck): boolean {
    const age = this.#now() - Date.parse(checkedAt);
    return (ok && half?.ok !== false) || (age >= 0 && age < RETRY_MS);
  }

  /** A folder that cannot be written to means that devices are tried again next time. */
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
      // Nothing is lost but time.
    }
  }

  async #readAll(): Promise<Remembered> {
    try {
      return fileSchema.parse(JSON.parse(await readFile(this.#file, 'utf8'))).checks;
    } catch {
      // Not there, cut off, or of another version: nothing is known.
      return {};
    }
  }

  #keyOf({ id, name, kind, detail = '' }: Device): string {
    // A processor's detail tells of threads and memory, which change from one call to the next.
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
