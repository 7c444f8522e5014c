/** The beginning of a file. */
import { open } from 'node:fs/promises';

/** The first bytes, at most `most` of them. @throws errors of opening and reading */
export async function readHead(file: string, most: number): Promise<Buffer> {
  await using handle = await open(file, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(most), 0, most, 0);
  return buffer.subarray(0, bytesRead);
}
