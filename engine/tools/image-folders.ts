/** Folders in which images lie without their masks, so that they can be trained on alone. */
import path from 'node:path';
import type { DenseImage } from '../data/targets/dense-types.ts';
import { groupByFolder } from './folder-groups.ts';

/** The folder of all images, else those below it; none where images and masks lie together. */
export function imageFolders(images: readonly Pick<DenseImage, 'path' | 'mask'>[]): string[] {
  const masks = new Set(
    images.flatMap(({ mask }) => (mask === undefined ? [] : [path.dirname(mask.path)])),
  );
  const hasMasks = (folder: string) => [...masks].some((mask) => isIn(mask, folder));
  const files = images.map((image) => image.path);
  const groups = groupByFolder(files).map((group) => group.path);
  const all = groups.length === 0 ? [path.dirname(files[0]!)] : groups;
  // Images may lie right in the folder that all share, which then is a group itself.
  const around = all.find((one) => all.every((other) => isIn(other, one)));
  const shared = around ?? path.dirname(all[0]!);
  if (!hasMasks(shared)) return [shared];
  return all.some(hasMasks) ? [] : all;
}

function isIn(folder: string, around: string): boolean {
  return folder === around || folder.startsWith(around + path.sep);
}
