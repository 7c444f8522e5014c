/** Packages with oneDNN's library: where they come from, whether they are the examined ones, their files. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { asDiskError } from '../../disk/disk.ts';
import { entriesOf, extract, openPackage, unreadable } from '../zip-package.ts';

export interface MavenPackage {
  readonly classifier: string;
  readonly sha256: string;
  readonly bytes: number;
}

const GROUP = 'org.bytedeco';
const ARTIFACT = 'dnnl';
const VERSION = '3.13-1.5.14';

/** The jars of oneDNN 3.13 that were examined, by `process.platform` and `process.arch`. */
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

export function coordinatesOf({ classifier }: MavenPackage): string {
  return `${GROUP}:${ARTIFACT}:${VERSION}:jar:${classifier}`;
}

/** @throws StudioError `package-damaged` for any other jar than the one that was examined */
export async function needChecksum(file: string, { sha256, bytes }: MavenPackage): Promise<void> {
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

/** The library is needed; OpenMP only where the system has none. */
export async function copyFrom(from: string, names: readonly string[], to: string): Promise<void> {
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

export async function unpack(file: string, names: readonly string[], to: string): Promise<void> {
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

/** @throws Error where Maven is missing or fails */
export function obtainByMaven(coordinates: string, folder: string): Promise<void> {
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
