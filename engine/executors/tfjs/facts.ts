/** What this machine offers of what TensorFlow's native library needs, by files and the driver. */

import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import { queryNvidiaCards } from '../../platform/nvidia-smi.ts';
import {
  CUDA_LIBRARIES,
  type HostFacts,
  type NvidiaCard,
  type PackageFacts,
} from './requirements.ts';

export function hostFacts(): HostFacts {
  const { platform, arch } = process;
  const avx = hasAvx();
  const glibc = platform === 'linux' ? glibcVersion() : undefined;
  return { platform, arch, ...defined({ glibc, avx }) };
}

function glibcVersion(): string | undefined {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  // Otherwise the report looks up the names of all open connections.
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime;
}

/** Known on Linux only. Builds for Apple's processors and for Windows on ARM do not need AVX. */
function hasAvx(): boolean | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    return /^flags\s*:.*\bavx\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return undefined;
  }
}

export async function packageFacts(name: string): Promise<PackageFacts> {
  const folder = folderOf(name);
  if (folder === undefined) return { name, installed: false, native: false };
  const lib = path.join(folder, 'lib');
  const builds = await readdir(lib).catch(() => []);
  const native = builds.some((build) => existsSync(path.join(lib, build, 'tfjs_binding.node')));
  return { name, installed: true, native };
}

function folderOf(name: string): string | undefined {
  try {
    return path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

const TIMEOUT_MS = 5000;

/** In the order of bus addresses, as nvidia-smi lists them; empty without a driver. */
export async function nvidiaCards(): Promise<readonly NvidiaCard[]> {
  const fields = ['name', 'driver_version', 'memory.total'];
  const query = (asked: readonly string[]) => queryNvidiaCards(asked, TIMEOUT_MS);
  const all = (await query([...fields, 'compute_cap'])) ?? (await query(fields));
  return cardsOf(all ?? '');
}

const MEBIBYTE = 2 ** 20;

/** @param text output of nvidia-smi, a line per card: `name, driver, MiB[, capability]` */
export function cardsOf(text: string): NvidiaCard[] {
  return text.split('\n').flatMap((line) => {
    const [name, driver, mebibytes, capability] = line.split(',').map((field) => field.trim());
    if (!name || !/^\d+(\.\d+)+$/.test(driver ?? '')) return [];
    const memory = Number(mebibytes);
    return [
      {
        name,
        driver: driver!,
        ...(memory > 0 ? { memoryBytes: memory * MEBIBYTE } : {}),
        ...(/^\d+\.\d+$/.test(capability ?? '') ? { capability: capability! } : {}),
      },
    ];
  });
}

/** The CUDA libraries that the system's loader would not find. */
export function absentLibraries(environment: NodeJS.ProcessEnv = process.env): string[] {
  const windows = process.platform === 'win32';
  const variable = windows ? environment['PATH'] : environment['LD_LIBRARY_PATH'];
  const folders = (variable ?? '').split(path.delimiter).filter(Boolean);
  const cache = windows ? '' : loaderCache();
  return (CUDA_LIBRARIES[process.platform] ?? []).filter(
    (name) =>
      !cache.includes(`${name}\0`) &&
      !folders.some((folder) => existsSync(path.join(folder, name))),
  );
}

/** The cache of glibc's loader, which has the names of all libraries in the system's folders. */
function loaderCache(): string {
  try {
    return readFileSync('/etc/ld.so.cache', 'latin1');
  } catch {
    return '';
  }
}
