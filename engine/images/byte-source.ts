/** Bytes of files, and of buffers. */
import { type FileHandle, open } from 'node:fs/promises';
import { damagedBy } from './errors.ts';
import type { ByteSource } from './stored-image.ts';

export function bufferSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > bytes.length) throw endsTooEarly();
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** Bytes of an open file. Whoever opens it closes it. */
export type OpenSource = ByteSource & { close(): Promise<void> };

/** A part of a file, such as an entry of a container; the whole file without one. */
export interface Extent {
  readonly offset: number;
  readonly bytes: number;
}

/** An open file; the caller closes it. @throws the error of the file system */
export async function openFileSource(path: string, extent?: Extent): Promise<OpenSource> {
  const file = await open(path);
  try {
    const from = extent?.offset ?? 0;
    const size = extent?.bytes ?? (await file.stat()).size;
    return {
      size,
      close: () => file.close(),
      async read(offset, length) {
        if (offset < 0 || length < 0 || offset + length > size) throw endsTooEarly();
        return readFully(file, from + offset, length);
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readFully(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw endsTooEarly();
    done += bytesRead;
  }
  return bytes;
}

function endsTooEarly() {
  return damagedBy('the file ends before its picture does');
}
