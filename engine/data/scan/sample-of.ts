/** Samples from the facts of a usable file. */

import { countUsed, partHash } from '../pixels/tiles/tile-grid.ts';
import { tileSample } from '../pixels/tiles/tile-samples.ts';
import type { Sample } from '../sources/index-types.ts';
import { isStackPath, type PictureKind, picturePath, stackPath } from '../sources/locate.ts';
import type { FileFacts } from './file-facts.ts';

/** A file as one sample: of several pictures the first. */
export function sampleOf(file: string, found: FileFacts): Sample {
  const { width, height, bytes, format, phash = '', levels = 256, span = 256 } = found;
  const stack = found.stored?.stack;
  const path = stack === undefined || isStackPath(file) ? file : stackPath(file, stack);
  // Other channels of the same file are another image.
  const hash = stack === undefined ? found.hash : partHash(found.hash, stack);
  const sample = { path, width, height, bytes, hash, format, phash, levels, span };
  const { extraChannel, otherPictures, stored } = found;
  if (stored !== undefined) return { ...sample, stored };
  return {
    ...sample,
    ...(extraChannel && { extraChannel }),
    ...(otherPictures !== undefined && { otherPictures }),
  };
}

/** Number of pictures or tiles of a file that are samples; undefined where it is one sample. */
export function partsOf({ looks, stored, tiles }: Partial<FileFacts>): number | undefined {
  if (tiles !== undefined) return countUsed(tiles);
  return stored === undefined ? undefined : looks?.length;
}

/** One of the parts of a file. @param found facts of a file of several */
export function samplePart(path: string, found: FileFacts, part: number): Sample {
  const file = sampleOf(path, found);
  if (found.tiles !== undefined) return tileSample(file, found.tiles, part);
  const { looks = [], stored } = found;
  const { pictures: _, ...kind } = stored!;
  return {
    ...file,
    ...looks[part],
    path: picturePath(file.path, PICTURE_KINDS[found.format] ?? 'frame', part),
    // Pictures of one file may be equal.
    hash: partHash(file.hash, part),
    bytes: Math.round(found.bytes / looks.length),
    stored: kind,
  };
}

const PICTURE_KINDS: Readonly<Record<string, PictureKind>> = { nifti: 'slice', tiff: 'page' };
