/** Installs and removes ONNX Runtime's files for CUDA, on request; nothing else downloads code. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { nodeDisk } from '../../disk/disk.ts';
import { runtimeFolder } from '../../executors/runtime-folder.ts';
import { cacheFolder } from '../../platform/cache-folder.ts';
import { packageVersion } from '../../platform/versions.ts';
import {
  CUDA_FILES,
  CUDA_PACKAGE,
  installCudaFiles,
  installedFiles,
  needWritable,
  removeCudaFiles,
} from './cuda-files.ts';
import { type CudaLibrary, cudaLibraries, loaderPlaces } from './cuda-libraries.ts';
import { type FeedPackage, type FetchOptions, fetchPackage, findPackage } from './nuget.ts';

/** The download that the user is asked to confirm. */
export interface CudaPlan extends Pick<FeedPackage, 'version' | 'url' | 'bytes'> {
  readonly package: string;
  /** Whether NuGet states a checksum, which is then verified. */
  readonly verified: boolean;
  readonly files: readonly string[];
  readonly folder: string;
}

export interface CudaOutcome {
  readonly state: 'installed' | 'already-there' | 'declined';
  readonly folder: string;
  readonly files: readonly string[];
  /** Further libraries that this machine needs. */
  readonly libraries: readonly CudaLibrary[];
}

/** Locations, which tests replace. */
export interface CudaPlaces {
  readonly platform: string;
  /** The folder from which ONNX Runtime loads the files. */
  readonly folder: string;
  /** The folder of incomplete downloads. */
  readonly cache: string;
  readonly version: string;
  readonly index?: string;
}

export function cudaPlaces(): CudaPlaces {
  return {
    platform: `${process.platform}-${process.arch}`,
    folder: runtimeFolder(),
    cache: path.join(cacheFolder(), 'setup'),
    version: packageVersion('onnxruntime-node'),
  };
}

/**
 * @param order.from a package file; nothing is downloaded then
 * @param order.confirm called before anything is downloaded
 * @throws StudioError `setup-unsupported`, `setup-folder-closed`, `disk-full`, and errors of the
 *   download and of unpacking
 */
export async function setupCuda(
  order: FetchOptions & {
    readonly from?: string | undefined;
    confirm(plan: CudaPlan): Promise<boolean>;
  },
  places: CudaPlaces = cudaPlaces(),
): Promise<CudaOutcome> {
  needSupport(places.platform);
  const { folder, version } = places;
  const { from, confirm, ...options } = order;
  const outcome = async (state: CudaOutcome['state']): Promise<CudaOutcome> => {
    const files = await installedFiles(folder);
    return { state, folder, files, libraries: await librariesFor(folder, files) };
  };
  const before = await installedFiles(folder);
  if (from === undefined && before.length === CUDA_FILES.length) return outcome('already-there');
  await needWritable(folder, version);
  if (from !== undefined) {
    await installCudaFiles(from, folder, version);
    return outcome('installed');
  }
  const found = await findPackage(CUDA_PACKAGE, version, {
    index: places.index,
    signal: options.signal,
  });
  const plan = {
    package: CUDA_PACKAGE,
    version,
    url: found.url,
    bytes: found.bytes,
    verified: found.sha512 !== undefined,
    files: CUDA_FILES,
    folder,
  };
  if (!(await confirm(plan))) return outcome('declined');
  await nodeDisk.makeFolder(places.cache);
  await needSpace(places.cache, found.bytes);
  const file = path.join(places.cache, `${CUDA_PACKAGE}.${version}.nupkg.part`);
  await fetchPackage(found, file, options);
  try {
    await installCudaFiles(file, folder, version);
  } finally {
    await rm(file, { force: true });
  }
  return outcome('installed');
}

/** @throws StudioError `setup-unsupported`, `setup-folder-closed` */
export async function removeCuda(
  places: CudaPlaces = cudaPlaces(),
): Promise<{ folder: string; files: readonly string[] }> {
  needSupport(places.platform);
  const { folder, version } = places;
  if ((await installedFiles(folder)).length === 0) return { folder, files: [] };
  await needWritable(folder, version);
  return { folder, files: await removeCudaFiles(folder) };
}

async function librariesFor(folder: string, files: readonly string[]): Promise<CudaLibrary[]> {
  const provider = CUDA_FILES[1];
  const places = await loaderPlaces();
  return cudaLibraries(files.includes(provider) ? path.join(folder, provider) : undefined, places);
}

function needSupport(platform: string): void {
  if (platform === 'linux-x64') return;
  const instead = platform.startsWith('win32') ? 'directml or webgpu' : 'webgpu';
  throw new StudioError(
    'setup-unsupported',
    'ONNX Runtime brings CUDA to 64-bit Linux on Intel and AMD CPUs only.',
    { advice: `Use ${instead} here; see: conmim devices`, details: { platform } },
  );
}

/** @throws StudioError `disk-full` before anything is written */
async function needSpace(folder: string, bytes: number): Promise<void> {
  const free = (await nodeDisk.room(folder))?.bytes;
  if (free === undefined || free > bytes) return;
  throw new StudioError('disk-full', `There is no space for ${bytes} bytes in ${folder}.`, {
    advice: 'Free some space, or name another folder in the variable CONMIM_CACHE.',
    details: { path: folder, free, bytes },
  });
}
