/**
 * Installs and removes oneDNN's library, on request. It comes from a file of the user's, or through Maven's
 * own client, which knows where packages are.
 */
import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { nodeDisk } from '../../disk/disk.ts';
import {
  type LibraryNote,
  libraryFiles,
  libraryFolder,
  tryLibrary,
  usedLibrary,
  writeChecksums,
} from '../../executors/onednn-library.ts';
import { neededLibraries } from '../needed-libraries.ts';
import { unreadable } from '../zip-package.ts';
import {
  coordinatesOf,
  copyFrom,
  type MavenPackage,
  needChecksum,
  obtainByMaven,
  packageFor,
  unpack,
} from './onednn-package.ts';

/** What the user is asked to confirm. */
export interface OnednnPlan {
  /** Maven's coordinates */
  readonly package: string;
  readonly bytes: number;
  readonly files: readonly string[];
  readonly folder: string;
}

export interface OnednnOutcome {
  readonly state: 'installed' | 'already-there' | 'declined';
  readonly folder: string;
  readonly files: readonly string[];
  /** left out when nothing was installed */
  readonly library?: LibraryNote;
}

/** Locations and programs, which tests replace. */
export interface OnednnPlaces {
  readonly platform: string;
  readonly folder: string;
  readonly package: MavenPackage | undefined;
  /** The library in use, if any. */
  used(): LibraryNote | undefined;
  attempt(folder: string): ReturnType<typeof tryLibrary>;
  /** Put the jar with these coordinates into a folder. @throws Error if that is not possible */
  obtain(coordinates: string, folder: string): Promise<void>;
}

export function onednnPlaces(): OnednnPlaces {
  const platform = `${process.platform}-${process.arch}`;
  return {
    platform,
    folder: libraryFolder(),
    package: packageFor(platform),
    used: usedLibrary,
    attempt: tryLibrary,
    obtain: obtainByMaven,
  };
}

/**
 * @param order.from a jar, a wheel or a folder with the library; nothing is fetched then
 * @param order.confirm called before anything is fetched
 * @throws StudioError `setup-unsupported`, `package-unreachable`, `package-damaged`,
 *   `package-unreadable`, `package-other`, `disk-full`
 */
export async function setupOnednn(
  order: { readonly from?: string | undefined; confirm(plan: OnednnPlan): Promise<boolean> },
  places: OnednnPlaces = onednnPlaces(),
): Promise<OnednnOutcome> {
  const { folder } = places;
  const { from } = order;
  if (from !== undefined) return install(from, places);
  const library = places.used();
  if (library !== undefined)
    return { state: 'already-there', folder, files: await installed(folder), library };
  const found = places.package ?? unsupported(places.platform);
  const coordinates = coordinatesOf(found);
  const { library: name, openMp } = libraryFiles();
  const plan = { package: coordinates, bytes: found.bytes, files: [name, openMp], folder };
  if (!(await order.confirm(plan))) return { state: 'declined', folder, files: [] };
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'conmim-onednn-'));
  try {
    await places.obtain(coordinates, temporary).catch((cause) => {
      throw unreachable(coordinates, cause);
    });
    const [jar] = (await readdir(temporary)).filter((file) => file.endsWith('.jar'));
    if (jar === undefined) throw unreachable(coordinates, 'Maven has left no file');
    return await install(path.join(temporary, jar), places);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

export async function removeOnednn(
  places: Pick<OnednnPlaces, 'folder'> = onednnPlaces(),
): Promise<{ folder: string; files: readonly string[] }> {
  const files = await installed(places.folder);
  await rm(places.folder, { recursive: true, force: true });
  return { folder: places.folder, files };
}

async function installed(folder: string): Promise<string[]> {
  const names: string[] = await readdir(folder).catch(() => []);
  return Object.values(libraryFiles()).filter((name) => names.includes(name));
}

/** Install all files or none: they are tried in a folder beside the own one, which then replaces it. */
async function install(from: string, places: OnednnPlaces): Promise<OnednnOutcome> {
  const { folder } = places;
  const { library, openMp } = libraryFiles();
  const beside = `${folder}.tmp-${process.pid}`;
  await nodeDisk.makeFolder(beside);
  try {
    const info = await stat(from).catch((cause) => {
      throw unreadable(from, 'there is no such file', cause);
    });
    if (info.isDirectory()) await copyFrom(from, [library, openMp], beside);
    else {
      if (from.endsWith('.jar'))
        await needChecksum(from, places.package ?? unsupported(places.platform));
      await unpack(from, [library, openMp], beside);
    }
    // Loading a part of a library may end the process.
    if (process.platform === 'linux' && !(await neededLibraries(path.join(beside, library))))
      throw unreadable(from, `${library} is no library, or only a part of one`);
    const found = places.attempt(beside);
    if ('reason' in found)
      throw new StudioError('package-other', found.reason, {
        advice: 'Take a package of oneDNN 3 for this system, built with OpenMP.',
      });
    writeChecksums(beside, await installed(beside));
    await rm(folder, { recursive: true, force: true });
    await rename(beside, folder);
    await nodeDisk.syncFolder(path.dirname(folder));
    const origin = path.join(folder, library);
    const files = await installed(folder);
    return { state: 'installed', folder, files, library: { ...found, origin } };
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

function unreachable(coordinates: string, cause: unknown): StudioError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StudioError(
    'package-unreachable',
    `The package ${coordinates} cannot be fetched: ${why}.`,
    {
      advice:
        'Install the system’s oneDNN 3 (libdnnl3), or Maven, or fetch the package elsewhere and give it with --from FILE.',
      details: { url: coordinates },
      cause,
    },
  );
}

function unsupported(platform: string): never {
  throw new StudioError('setup-unsupported', `No package of oneDNN for ${platform} is known.`, {
    advice:
      'Install the system’s oneDNN 3, or give a folder with the library with --from; see: conmim devices',
    details: { platform },
  });
}
