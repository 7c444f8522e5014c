/** Images in given folders, lists and files, one after the other; only paths of files are kept. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isContainerName } from '../../contract/container-names.ts';
import { StudioError } from '../../contract/errors.ts';
import { isConfined } from '../../platform/confined.ts';
import { isImageInside } from '../pixels/image-content.ts';
import { statLocation } from '../sources/locate.ts';
import { type FoldersRead, walkByFolder } from '../sources/walk.ts';
import type { GivenImage } from './given-image.ts';
import { isListName, listedImages } from './given-list.ts';

/**
 * All files, each once: given and listed files in their order, and of folders all that are images by
 * name or by content.
 *
 * @throws StudioError `file-missing` for a missing path, `list-invalid`; AbortError when `signal`
 *   fires
 */
export async function* givenImages(
  given: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<GivenImage> {
  const read: FoldersRead = new Map();
  const files = new Set<string>();
  for (const one of given) {
    const at = path.resolve(one);
    const isFolder = await requireThere(at);
    for await (const image of imagesAt(at, isFolder, read, signal)) {
      if (files.has(image.path)) continue;
      if (!isFolder) files.add(image.path);
      yield image;
    }
  }
}

/** Of a folder, a list or an image file. */
export async function* imagesAt(
  at: string,
  isFolder: boolean,
  read: FoldersRead,
  signal?: AbortSignal,
): AsyncGenerator<GivenImage> {
  if (isFolder) yield* imagesBelow(at, read, signal);
  else if (!isListName(at)) yield { path: at };
  else
    for await (const image of listedImages(at, isConfined())) {
      signal?.throwIfAborted();
      yield image;
    }
}

/** Whether it is a folder or a container. @throws StudioError `file-missing` */
export async function requireThere(at: string): Promise<boolean> {
  const found = await stat(at).catch(() => undefined);
  if (found !== undefined) return found.isDirectory() || isContainerName(at);
  const isEntry = await statLocation(at).then(
    () => true,
    () => false,
  );
  if (isEntry) return false;
  throw new StudioError('file-missing', `There is no folder, list or image at ${at}.`, {
    advice: 'Check the path and that the disk is connected.',
  });
}

/** @throws StudioError `folder-missing`; AbortError when `signal` fires */
async function* imagesBelow(
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
