/** Reading of the file of an index, in parts. */
import type { FileHandle } from 'node:fs/promises';
import { COLUMN_BYTES, type ColumnName } from './columns.ts';
import {
  columnAt,
  type Directory,
  directoryLength,
  MAGIC,
  readDirectory,
  TAIL_BYTES,
} from './table-layout.ts';
import { BLOCK_ROWS } from './write-table.ts';

/** One read takes at most 2 GiB. */
const MOST_READ = 1 << 30;

/** @returns undefined for a file of another version, or that was cut */
export async function readDirectoryOf(
  handle: FileHandle,
  version: number,
): Promise<Directory | undefined> {
  const directory = await readAnyDirectory(handle);
  if (directory?.version !== version) return undefined;
  const { blocks } = directory;
  const isWhole = blocks.every(({ rows }, i) => i === blocks.length - 1 || rows === BLOCK_ROWS);
  return isWhole ? directory : undefined;
}

async function readAnyDirectory(handle: FileHandle): Promise<Directory | undefined> {
  const { size } = await handle.stat();
  if (size < MAGIC.length + TAIL_BYTES) return undefined;
  const magic = Buffer.alloc(MAGIC.length);
  const tail = Buffer.alloc(TAIL_BYTES);
  await readInto(handle, magic, 0);
  await readInto(handle, tail, size - TAIL_BYTES);
  const length = directoryLength(tail);
  if (magic.toString('latin1') !== MAGIC || length === undefined) return undefined;
  if (!Number.isSafeInteger(length) || length < 0 || length > size - TAIL_BYTES) return undefined;
  const text = Buffer.allocUnsafe(length);
  await readInto(handle, text, size - TAIL_BYTES - length);
  return readDirectory(text);
}

export async function readColumn(
  handle: FileHandle,
  { blocks }: Directory,
  column: ColumnName,
): Promise<Buffer> {
  const width = COLUMN_BYTES[column];
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const bytes = Buffer.allocUnsafeSlow(rows * width);
  let at = 0;
  for (const block of blocks) {
    const part = bytes.subarray(at, at + block.rows * width);
    await readInto(handle, part, columnAt(block, column));
    at += part.length;
  }
  return bytes;
}

export async function readInto(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const wanted = Math.min(MOST_READ, bytes.length - done);
    const { bytesRead } = await handle.read(bytes, done, wanted, position + done);
    if (bytesRead === 0) throw new RangeError('The index ends early.');
    done += bytesRead;
  }
}
