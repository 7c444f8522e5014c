/** Images in given folders and files, one after the other, in constant memory. */
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { formatOf } from './formats.ts';
import { type FoldersRead, walkByFolder } from './walk.ts';

export interface GivenImage {
  /** absolute */
  readonly path: string;
  /** why it cannot be used, where that is known before it is decoded */
  readonly reason?: string;
}

/** Bytes from which formats are detected. */
const HEAD_BYTES = 4096;

/**
 * All files, each once: given files in their order, and of folders all that are images by name or
 * by content.
 *
 * @throws StudioError `file-missing` for a missing path; AbortError when `signal` fires
 */
export async function* givenImages(
  given: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<GivenImage> {
  const read: FoldersRead = new Map();
  const files = new Set<string>();
  for (const one of given) {
    const at = path.resolve(one);
    if (await requireThere(at)) yield* imagesBelow(at, read, signal);
    else if (!files.has(at)) {
      files.add(at);
      yield { path: at };
    }
  }
}

/** Whether it is a folder. @throws StudioError `file-missing` */
export async function requireThere(at: string): Promise<boolean> {
  const found = await stat(at).catch(() => undefined);
  if (found !== undefined) return found.isDirectory();
  throw new StudioError('file-missing', `There is no folder or image at ${at}.`, {
    advice: 'Check the path and that the disk is connected.',
  });
}

/** @throws StudioError `folder-missing`; AbortError when `signal` fires */
export async function* imagesBelow(
  folder: string,
  read: FoldersRead,
  signal?: AbortSignal,
): AsyncGenerator<GivenImage> {
  for await (const { files, unreadable } of walkByFolder(folder, read, signal)) {
    yield* unreadable;
    for (const { path: at, named } of files) {
      signal?.throwIfAborted();
      if (named || (await isImageInside(at))) yield { path: at };
    }
  }
}

async function isImageInside(at: string): Promise<boolean> {
  const file = await open(at).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return formatOf(buffer.subarray(0, bytesRead)) !== undefined;
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
