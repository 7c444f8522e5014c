/** Random access to the bytes of a file. */
import type { FileHandle } from 'node:fs/promises';
import { allocateBytes, Malformed } from './refusals.ts';

const CHUNK_BYTES = 16 * 1024 * 1024;

export interface ByteSource {
  readonly size: number;
  /** Fill `target` from `position` on. @throws Malformed when the range is not within the source */
  readInto(target: Uint8Array, position: number): Promise<void>;
}

/** @param size of the file when it was opened */
export function fileSource(handle: FileHandle, size: number): ByteSource {
  return {
    size,
    async readInto(target, position) {
      checkInside(position, target.length, size);
      for (let at = 0; at < target.length; ) {
        const length = Math.min(CHUNK_BYTES, target.length - at);
        const { bytesRead } = await handle.read(target, at, length, position + at);
        if (bytesRead === 0) throw new Malformed('it ends early');
        at += bytesRead;
      }
    },
  };
}

export async function readBytes(
  source: ByteSource,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  // The check comes first, so that a false length allocates no memory.
  checkInside(position, length, source.size);
  const bytes = allocateBytes(length);
  await source.readInto(bytes, position);
  return bytes;
}

/** @throws Malformed when the range is not within the source */
export function checkInside(position: number, length: number, size: number): void {
  if (!(position >= 0 && length >= 0 && position + length <= size)) {
    throw new Malformed(`it points to byte ${position + length} of ${size}`);
  }
}
