// Put oneDNN's library where tests look for it, through Maven's client. Prints what it is; without the
// library the tests of the executor over it are skipped by name.
//   node build/run.mjs build/onednn.ts
// Packaging takes it from there, or for other targets from its package (`shippedOnednn`).
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  coordinatesOf,
  needChecksum,
  obtainByMaven,
  packageFor,
  unpack,
} from '../engine/devices/onednn/onednn-package.ts';
import { onednnPlaces, setupOnednn } from '../engine/devices/onednn/setup-onednn.ts';
import { damageIn, libraryFiles, writeChecksums } from '../engine/executors/onednn-library.ts';
import { ROOT } from './root.ts';

/** Of the packages. */
export const ONEDNN_VERSION = '3.13';

const CACHE = path.join(ROOT, 'build', 'cache');
const TESTED = path.join(CACHE, 'onednn');
const HERE = `${process.platform}-${process.arch}`;

/**
 * Names of the library's files that ship for a target; none where no package is known. GNU OpenMP is not
 * among them, since Linux systems have it and it is under the GPL; Windows' is part of the Visual C++ runtime.
 */
export function onednnFiles(target: string): string[] {
  if (packageFor(target) === undefined) return [];
  const { library, openMp } = libraryFiles(...(target.split('-') as [string, string]));
  return target.startsWith('darwin') ? [library, openMp] : [library];
}

/**
 * Put the files that ship for a target into a folder of the cache, with their checksums, unless they are
 * there.
 *
 * @param options.jar the package as a file (variable ONEDNN_PACKAGE), for machines without a network
 * @returns the folder; undefined where no package is known for the target
 * @throws StudioError of the package, Error where Maven cannot obtain it
 */
export async function shippedOnednn(
  target: string,
  { jar = process.env['ONEDNN_PACKAGE'], cache = path.join(CACHE, 'onednn-shipped') } = {},
): Promise<string | undefined> {
  const known = packageFor(target);
  if (known === undefined) return undefined;
  const names = onednnFiles(target);
  const kept = path.join(cache, target);
  if (isWhole(kept, names)) return kept;
  const beside = `${kept}.part`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside, { recursive: true });
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'conmim-onednn-'));
  try {
    if (jar === undefined && target === HERE && isWhole(TESTED, names))
      for (const name of names) await copyFile(path.join(TESTED, name), path.join(beside, name));
    else {
      const file = jar ?? (await obtained(target, temporary));
      await needChecksum(file, known);
      await unpack(file, names, beside);
    }
    writeChecksums(beside, names);
    await rm(kept, { recursive: true, force: true });
    await rename(beside, kept);
    return kept;
  } finally {
    await rm(beside, { recursive: true, force: true });
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Whether a folder has these files, unchanged since they were unpacked from the examined package. */
function isWhole(folder: string, names: readonly string[]): boolean {
  const isThere = ['SHA256SUMS', ...names].every((name) => existsSync(path.join(folder, name)));
  return isThere && damageIn(folder) === undefined;
}

async function obtained(target: string, folder: string): Promise<string> {
  const coordinates = coordinatesOf(packageFor(target)!);
  try {
    await obtainByMaven(coordinates, folder);
  } catch (cause) {
    throw new Error(
      `${coordinates} cannot be fetched (${(cause as Error).message}). Install Maven, or on a machine without a network set ONEDNN_PACKAGE to that file.`,
      { cause },
    );
  }
  const [jar] = (await readdir(folder)).filter((file) => file.endsWith('.jar'));
  if (jar === undefined) throw new Error(`Maven has left no file of ${coordinates}.`);
  return path.join(folder, jar);
}

export async function main(): Promise<void> {
  if (isWhole(TESTED, Object.values(libraryFiles()).slice(0, 1))) {
    process.stdout.write(`oneDNN lies in ${TESTED}\n`);
    return;
  }
  try {
    const places = { ...onednnPlaces(), folder: TESTED, used: () => undefined };
    const { library } = await setupOnednn({ confirm: async () => true }, places);
    process.stdout.write(`oneDNN ${library!.version} with ${library!.instructionSet}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stdout.write(`${why} The executor over oneDNN is not tested.\n`);
  }
}
