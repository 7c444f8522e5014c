/**
 * Masks that lie beside images. They are images too, so training on the folder of both would learn
 * from them. Names tell which files are masks, and pixels confirm it.
 */
import path from 'node:path';
import { countOf, countText } from '../../contract/number-text.ts';
import { isImageInside } from '../pixels/image-content.ts';
import { readMaskFile } from '../pixels/mask-pixels.ts';
import { foldersWithout } from '../sources/image-folders.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import { listFiles } from '../sources/list-files.ts';
import type { FoundFile } from '../sources/walk.ts';
import { pairKeyOf } from './mask-pairs.ts';
import { isInMaskFolder } from './source-files.ts';

export interface MasksBeside {
  /** number of masks */
  readonly masks: number;
  /** absolute folders of the masks */
  readonly maskFolders: readonly string[];
  /** absolute folders of the images, without masks; none where both lie in the same folders */
  readonly imageFolders: readonly string[];
}

export interface WithoutMasks {
  /** absolute folders of images; a folder without such masks is kept */
  readonly folders: readonly string[];
  readonly left: readonly MasksBeside[];
}

/** So many files, evenly chosen, tell whether they are masks. */
const MASKS_READ = 16;

/** Photographs, and grey targets of other tasks, have more values; a mask has few classes. */
const MOST_VALUES = 64;

const NAMED = 3;

/** The folders of the images of sets with masks, where those have folders of their own. */
export async function leaveMasksOut(
  given: readonly string[],
  signal?: AbortSignal,
): Promise<WithoutMasks> {
  const folders: string[] = [];
  const left: MasksBeside[] = [];
  for (const folder of given) {
    // A folder that cannot be read is reported where its images are scanned.
    const walk = await listFiles([folder], signal).catch(() => undefined);
    signal?.throwIfAborted();
    const found = walk && (await findMasks(walk.files));
    if (found === undefined || found.imageFolders.length === 0) folders.push(path.resolve(folder));
    else {
      folders.push(...found.imageFolders);
      left.push(found);
    }
  }
  return { folders, left };
}

/**
 * @param files of one folder
 * @returns undefined where none is named as a mask, or the pixels are not those of masks
 */
export async function findMasks(given: LazyList<FoundFile>): Promise<MasksBeside | undefined> {
  // Most sets have none, and lists of all files of large ones would not fit into memory.
  if (!hasMaskNames(given)) return undefined;
  const files = [...given];
  const named = files.filter((file) => file.named);
  const isMask = maskNames(named);
  const masks = named.filter(isMask);
  if (masks.length === 0) return undefined;
  const images = named.filter((file) => !isMask(file));
  for (const file of files) if (!file.named && (await isImageInside(file.path))) images.push(file);
  if (images.length === 0) return undefined;
  const step = Math.ceil(masks.length / MASKS_READ);
  for (let i = 0; i < masks.length; i += step)
    if (!(await hasFewValues(masks[i]!.path))) return undefined;
  const [imageFiles, maskFiles] = [images, masks].map((list) => list.map((file) => file.path));
  const apart = foldersWithout(imageFiles!, maskFiles!);
  const own = foldersWithout(maskFiles!, imageFiles!);
  return {
    masks: masks.length,
    maskFolders: own.length > 0 ? own : [...new Set(maskFiles!.map((file) => path.dirname(file)))],
    imageFolders: apart,
  };
}

/** A sentence with the count, without its full stop, on masks that are left out. */
export function leftMasksText(found: MasksBeside): string {
  const one = found.masks === 1;
  return `${countOf(found.masks, 'file')} in ${placesOf(found)} ${one ? 'is a mask' : 'are masks'} of images and ${one ? 'is' : 'are'} left out`;
}

/** A sentence with the count, without its full stop, on masks that are read as images. */
export function masksAmongText(found: MasksBeside): string {
  const next =
    found.imageFolders.length > 0
      ? 'pre-training leaves them out'
      : 'move them into a folder apart to train without them';
  return `Images that are masks of others, by their names and pixels: ${countText(found.masks)} (in ${placesOf(found)}); ${next}`;
}

function placesOf({ maskFolders }: MasksBeside): string {
  return `${maskFolders.slice(0, NAMED).join(', ')}${maskFolders.length > NAMED ? ', …' : ''}`;
}

function isPng({ relative }: FoundFile): boolean {
  return /\.png$/i.test(relative);
}

function hasMaskNames(files: Iterable<FoundFile>): boolean {
  for (const file of files)
    if (
      file.named &&
      isPng(file) &&
      (isInMaskFolder(file.relative) || pairKeyOf(file.relative).isMask)
    )
      return true;
  return false;
}

/** PNG files in a folder of masks, and those that are named as the mask of an image. */
function maskNames(files: readonly FoundFile[]): (file: FoundFile) => boolean {
  const candidates = new Map(
    files.filter(isPng).flatMap((file) => {
      const { key, isMask } = pairKeyOf(file.relative);
      return isMask || isInMaskFolder(file.relative) ? [[file, key] as const] : [];
    }),
  );
  const images = new Set(
    candidates.size === 0 ? [] : files.map(({ relative }) => pairKeyOf(relative)).flatMap(imageKey),
  );
  return (file) => {
    const key = candidates.get(file);
    return key !== undefined && (isInMaskFolder(file.relative) || images.has(key));
  };
}

function imageKey({ key, isMask }: ReturnType<typeof pairKeyOf>): string[] {
  return isMask ? [] : [key];
}

async function hasFewValues(file: string): Promise<boolean> {
  return readMaskFile(file).then(
    ({ pixels }) => new Set(pixels.values).size <= MOST_VALUES,
    () => false,
  );
}
