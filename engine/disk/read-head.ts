/** Parts of files. */
import { type FileHandle, open } from 'node:fs/promises';

/** The first bytes, at most `most` of them. @throws errors of opening and reading */
export async function readHead(file: string, most: number): Promise<Buffer> {
  await using handle = await open(file, 'r');
  return await readAt(handle, 0, most);
}

/** `length` bytes, fewer where the file ends; in memory of their own, so that numbers are aligned. */
export async function readAt(
  handle: FileHandle,
  at: number,
  length: number,
): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
