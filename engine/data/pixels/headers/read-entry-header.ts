/** The header of an entry of a container, from its first bytes. */
import { openLocation, statLocation } from '../../sources/locate.ts';
import { type FileHeader, headerOf } from './read-header.ts';

/** Of JPEG files, headers lie behind metadata of up to 64 KiB. */
const FIRST_BYTES = 1 << 16;

/** @throws StudioError `file-unread`, the error of the file system */
export async function readEntryHeader(path: string): Promise<FileHeader> {
  const { size: bytes, mtimeMs: modifiedMs } = await statLocation(path);
  const source = await openLocation(path);
  try {
    const first = await source.read(0, Math.min(source.size, FIRST_BYTES));
    // Where it lies further behind, the whole entry has to be read.
    const read = (offset: number, length: number) => first.subarray(offset, offset + length);
    return { bytes, modifiedMs, header: headerOf(first, read) };
  } finally {
    await source.close();
  }
}
