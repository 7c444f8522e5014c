/** Reading packages that are zip archives: NuGet packages, jars and wheels. */
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { StudioError } from '../contract/errors.ts';
import { flushFile } from '../disk/atomic-file.ts';
import { asDiskError, errorCode } from '../disk/disk.ts';

/** @throws StudioError `package-unreadable` */
export async function openPackage(file: string): Promise<ZipFile> {
  try {
    return await openPromise(file, { autoClose: false });
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') throw unreadable(file, 'there is no such file', cause);
    throw unreadable(file, 'it is no package, or only a part of one', cause);
  }
}

/** The files of a package by name. @throws StudioError `package-unreadable` */
export async function entriesOf(zip: ZipFile, file: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  } catch (cause) {
    throw unreadable(file, 'its list of files is damaged', cause);
  }
  return entries;
}

/** Write one file of a package. @throws StudioError `package-unreadable`, `disk-full` */
export async function extract(
  zip: ZipFile,
  entry: Entry,
  target: string,
  file: string,
): Promise<void> {
  let sum = 0;
  const summing = new Transform({
    transform(piece: Buffer, _encoding, done) {
      sum = crc32(piece, sum);
      done(null, piece);
    },
  });
  try {
    await pipeline(await zip.openReadStreamPromise(entry), summing, createWriteStream(target));
    await flushFile(target);
  } catch (error) {
    const full = asDiskError(error, target);
    throw full instanceof StudioError
      ? full
      : unreadable(file, `${entry.fileName} is damaged`, error);
  }
  if (sum !== entry.crc32) throw unreadable(file, `${entry.fileName} is damaged`);
}

export function unreadable(file: string, why: string, cause?: unknown): StudioError {
  return new StudioError('package-unreadable', `${file} cannot be used: ${why}.`, {
    advice: 'Fetch the package again.',
    details: { path: file },
    cause,
  });
}
