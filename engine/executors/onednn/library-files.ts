/** The files of oneDNN's library: their names, where they lie, and whether they are whole. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../platform/cache-folder.ts';
import { installedFolder } from '../../platform/packaged-file.ts';

interface LibraryFiles {
  readonly library: string;
  /** the OpenMP that it computes with, which some packages bring with it */
  readonly openMp: string;
}

const LINUX: LibraryFiles = { library: 'libdnnl.so.3', openMp: 'libgomp.so.1' };

/** By platform, or platform and architecture where these differ. */
const FILES: Readonly<Record<string, LibraryFiles>> = {
  'darwin-x64': { library: 'libdnnl.3.dylib', openMp: 'libiomp5.dylib' },
  darwin: { library: 'libdnnl.3.dylib', openMp: 'libomp.dylib' },
  win32: { library: 'dnnl.dll', openMp: 'vcomp140.dll' },
};

export function libraryFiles(
  platform: string = process.platform,
  architecture: string = process.arch,
): LibraryFiles {
  return FILES[`${platform}-${architecture}`] ?? FILES[platform] ?? LINUX;
}

/** The folder into which `conmim setup onednn` puts the library. */
export function libraryFolder(): string {
  return path.join(cacheFolder(), 'onednn');
}

/** The folder within an installation, where packaging puts the library. */
export const PACKAGED_FOLDER = 'onednn';

/** That folder of this installation; undefined in a copy of the sources. */
export function packagedFolder(): string | undefined {
  const resources = installedFolder();
  return resources && path.join(resources, PACKAGED_FOLDER);
}

/** Beside the files, as `sha256sum --check` reads it. */
const CHECKSUMS = 'SHA256SUMS';

/** Record what the files of a folder are, by which damage is recognised later. */
export function writeChecksums(folder: string, names: readonly string[]): void {
  const lines = names.map((name) => `${sha256Of(path.join(folder, name))}  ${name}\n`);
  writeFileSync(path.join(folder, CHECKSUMS), lines.join(''));
}

/**
 * Whether files are other than when they were put there, or cut off. Loading them could end the process.
 * @returns the fault, a sentence without its full stop
 */
export function damageIn(folder: string): string | undefined {
  const record = path.join(folder, CHECKSUMS);
  if (!existsSync(record)) {
    const file = path.join(folder, libraryFiles().library);
    return process.platform === 'linux' && endsEarly(file)
      ? `${file} is damaged: it is shorter than its header states`
      : undefined;
  }
  for (const line of readFileSync(record, 'utf8').split('\n').filter(Boolean)) {
    const [sum, name] = line.split(/ [ *]/) as [string, string];
    const file = path.join(folder, name);
    if (!existsSync(file)) return `${file} is missing`;
    if (sha256Of(file) !== sum)
      return `${file} is damaged: its SHA-256 is not the one that was recorded when it was put there`;
  }
  return undefined;
}

/** Bytes that are read at a time. */
const PIECE = 1 << 20;

function sha256Of(file: string): string {
  const hash = createHash('sha256');
  const handle = openSync(file, 'r');
  try {
    const piece = Buffer.allocUnsafe(PIECE);
    for (;;) {
      const read = readSync(handle, piece);
      if (read === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(handle);
  }
}

/** @source System V ABI, ELF-64, little endian: the table of sections, which is last in libraries */
function endsEarly(file: string): boolean {
  const handle = openSync(file, 'r');
  try {
    const head = Buffer.alloc(64);
    if (readSync(handle, head, 0, 64, 0) < 64) return true;
    if (head.readUInt32BE(0) !== 0x7f454c46) return true;
    const end =
      Number(head.readBigUInt64LE(0x28)) + head.readUInt16LE(0x3a) * head.readUInt16LE(0x3c);
    return fstatSync(handle).size < end;
  } finally {
    closeSync(handle);
  }
}
