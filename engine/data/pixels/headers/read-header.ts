/**
 * The header of a file by few and small reads, for a quick look at very many of them. Calls are
 * synchronous, since they take a few microseconds on files that the system has at hand; use it in a
 * worker thread.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { formatOf } from '../../sources/formats.ts';
import { gifHeader } from './gif-header.ts';
import type { Header, ReadBytes } from './header.ts';
import { jpegHeader } from './jpeg-header.ts';
import { pngHeader } from './png-header.ts';
import { webpHeader } from './webp-header.ts';

const FIRST_BYTES = 4096;
/** Limit for one read that a broken length asks for. */
const MOST_BYTES = 1 << 17;

export interface FileHeader {
  readonly bytes: number;
  readonly modifiedMs: number;
  /** undefined where only a decoder can tell, and for what is no image */
  readonly header: Header | undefined;
}

/** @throws the error of the file system */
export function readHeader(path: string): FileHeader {
  const file = openSync(path, 'r');
  try {
    const { size, mtimeMs } = fstatSync(file);
    const read: ReadBytes = (offset, length) => {
      const bytes = Buffer.allocUnsafe(Math.min(length, MOST_BYTES));
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset));
    };
    return { bytes: size, modifiedMs: mtimeMs, header: headerOf(read(0, FIRST_BYTES), read) };
  } finally {
    closeSync(file);
  }
}

/** @param first the first bytes of a file, at least 4096 where it has as many */
export function headerOf(first: Uint8Array, read: ReadBytes): Header | undefined {
  if (first.length < 12) return undefined;
  switch (formatOf(first)) {
    case 'jpeg':
      return jpegHeader(first, read);
    case 'png':
      return pngHeader(first, read);
    case 'gif':
      return gifHeader(first);
    case 'webp':
      return webpHeader(first);
    default:
      return undefined;
  }
}
