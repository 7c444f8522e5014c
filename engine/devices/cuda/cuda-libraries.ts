/** The libraries that ONNX Runtime's files for CUDA need, and whether the loader finds them. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { neededLibraries } from '../needed-libraries.ts';

export interface CudaLibrary {
  readonly name: string;
  /** Name of the product that has to be installed. */
  readonly part: string;
  /** Path at which the loader finds it; undefined if missing. */
  readonly path?: string;
}

/** Libraries of the releases for CUDA 12; the provider's own list is read where it exists. */
const USUAL = [
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcufft.so.11',
  'libcurand.so.10',
  'libcudnn.so.9',
];
/** This library is opened, not linked; NVIDIA's driver installs it. */
const DRIVER = 'libcuda.so.1';

const SYSTEM_FOLDERS = [
  '/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
  '/lib64',
  '/usr/lib64',
];

export interface LibraryPlaces {
  /** Paths by name in the loader's cache. */
  readonly listed: ReadonlyMap<string, string>;
  /** Further folders that the loader searches, in order. */
  readonly folders: readonly string[];
}

/** @param provider ONNX Runtime's library for CUDA, if it is there */
export async function cudaLibraries(
  provider: string | undefined,
  places: LibraryPlaces,
): Promise<CudaLibrary[]> {
  const needed = provider === undefined ? undefined : await neededLibraries(provider);
  const own = needed?.filter((name) => /^lib(cu|nv)/.test(name)) ?? [];
  const names = [DRIVER, ...(own.length > 0 ? own : USUAL)];
  const inFolders = await namesIn(places.folders);
  return [...new Set(names)].map((name) => {
    const found = inFolders.get(name) ?? places.listed.get(name);
    return { name, part: partOf(name), ...(found === undefined ? {} : { path: found }) };
  });
}

/** Where this machine's loader searches, in order: LD_LIBRARY_PATH, its cache, system folders. */
export async function loaderPlaces(
  env: NodeJS.ProcessEnv = process.env,
  list: () => Promise<string> = ldconfig,
): Promise<LibraryPlaces> {
  const listed = new Map<string, string>();
  for (const line of (await list()).split('\n')) {
    const [, name, at] = /^\s*(\S+) \(.*x86-64.*\) => (\S+)$/.exec(line) ?? [];
    if (name !== undefined && at !== undefined && !listed.has(name)) listed.set(name, at);
  }
  const given = (env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return { listed, folders: [...given, ...SYSTEM_FOLDERS] };
}

/** Empty where ldconfig is missing. */
async function ldconfig(): Promise<string> {
  for (const program of ['/sbin/ldconfig', 'ldconfig'])
    try {
      return (await promisify(execFile)(program, ['-p'])).stdout;
    } catch {
      // Try the next one.
    }
  return '';
}

async function namesIn(folders: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of folders)
    for (const name of await readdir(folder).catch(() => []))
      if (!found.has(name)) found.set(name, path.join(folder, name));
  return found;
}

function partOf(name: string): string {
  if (name === DRIVER) return 'NVIDIA’s driver';
  const version = /\.so\.(\d+)/.exec(name)?.[1];
  if (name.startsWith('libcudnn')) return `cuDNN ${version ?? ''}`.trim();
  // Parts of cuDNN have version numbers of their own; these libraries have the toolkit's.
  return /^lib(cudart|cublas|nvrtc)/.test(name) && version !== undefined
    ? `the CUDA ${version} runtime libraries`
    : 'the CUDA runtime libraries';
}
