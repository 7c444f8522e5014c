/**
 * ONNX Runtime's files for CUDA: their names, the folder from which they are loaded, installation
 * and removal. They are too large for the npm package.
 */
import { constants } from 'node:fs';
import { access, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Entry, ZipFile } from 'yauzl';
import { StudioError } from '../../contract/errors.ts';
import { nodeDisk } from '../../disk/disk.ts';
import { entriesOf, extract, openPackage, unreadable } from '../zip-package.ts';

/** The name in onnxruntime-node's script/install-metadata.js for linux/x64 and CUDA 12. */
export const CUDA_PACKAGE = 'Microsoft.ML.OnnxRuntime.Gpu.Linux';
const FOLDER_IN_PACKAGE = 'runtimes/linux-x64/native/';
/** Devices are detected by the last file, so it is installed last and removed first. */
export const CUDA_FILES = [
  'libonnxruntime_providers_shared.so',
  'libonnxruntime_providers_cuda.so',
] as const;

export async function installedFiles(folder: string): Promise<string[]> {
  const names: string[] = await readdir(folder).catch(() => []);
  return CUDA_FILES.filter((name) => names.includes(name));
}

/** @throws StudioError `setup-folder-closed` */
export async function needWritable(folder: string, version: string): Promise<void> {
  try {
    await access(folder, constants.W_OK);
  } catch {
    throw new StudioError('setup-folder-closed', `The folder ${folder} cannot be written to.`, {
      advice: process.env['APPIMAGE']
        ? 'An AppImage cannot be changed. Use the .deb or .tar.gz package, or unpack the AppImage with --appimage-extract and start what is in it.'
        : `Give the command once with the rights to write there (sudo conmim setup cuda), or copy ${CUDA_FILES.join(' and ')} out of the NuGet package ${CUDA_PACKAGE} ${version} to this folder.`,
      details: { folder },
    });
  }
}

/**
 * Install all files or none: each is written beside its target, verified, and renamed at the end.
 * @throws StudioError `package-unreadable`, `package-other`, `disk-full`
 */
export async function installCudaFiles(
  file: string,
  folder: string,
  version: string,
): Promise<void> {
  const zip = await openPackage(file);
  const beside = CUDA_FILES.map((name) => path.join(folder, `${name}.tmp-${process.pid}`));
  try {
    const entries = await entriesOf(zip, file);
    await needIdentity(zip, entries, file, version);
    for (const [i, name] of CUDA_FILES.entries()) {
      const entry = entries.get(FOLDER_IN_PACKAGE + name);
      if (entry === undefined) throw unreadable(file, `${FOLDER_IN_PACKAGE}${name} is not in it`);
      await extract(zip, entry, beside[i]!, file);
    }
    for (const [i, name] of CUDA_FILES.entries()) await rename(beside[i]!, path.join(folder, name));
    await nodeDisk.syncFolder(folder);
  } finally {
    zip.close();
    for (const left of beside) await rm(left, { force: true });
  }
}

/** @returns the names of the removed files */
export async function removeCudaFiles(folder: string): Promise<string[]> {
  const there = await installedFiles(folder);
  for (const name of [...there].reverse()) await rm(path.join(folder, name), { force: true });
  return there;
}

/** Files of another version would not be loaded, or would crash. */
async function needIdentity(
  zip: ZipFile,
  entries: ReadonlyMap<string, Entry>,
  file: string,
  version: string,
): Promise<void> {
  const entry = entries.get(`${CUDA_PACKAGE}.nuspec`);
  const nuspec =
    entry === undefined
      ? ''
      : (await buffer(await zip.openReadStreamPromise(entry))).toString('utf8');
  const field = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(nuspec)?.[1];
  const found = `${field('id') ?? 'something else'} ${field('version') ?? ''}`.trim();
  if (found === `${CUDA_PACKAGE} ${version}`) return;
  throw new StudioError(
    'package-other',
    `${file} is ${found}; ${CUDA_PACKAGE} ${version} is needed.`,
    { advice: `Fetch it from https://www.nuget.org/packages/${CUDA_PACKAGE}/${version}` },
  );
}
