/** The images of a set that are marked as a split. */
import { StudioError } from '../../contract/errors.ts';
import { SPLITS, type Split } from '../../contract/splits.ts';
import { type LazyList, positionsWhere } from '../sources/lazy-list.ts';

/**
 * @returns positions of the images
 * @throws StudioError `evaluation-empty` where no image is marked so, with the splits that there are
 */
export function positionsOfSplit(
  images: LazyList<{ readonly split?: Split }>,
  split: Split,
  source: string,
): Uint32Array {
  const found = positionsWhere(images.length, (i) => images.at(i)!.split === split);
  if (found.length > 0) return found;
  const marks = new Set(Array.from(images, (image) => image.split));
  const there = SPLITS.filter((one) => marks.has(one));
  throw new StudioError('evaluation-empty', `${source} marks no image as ${split}.`, {
    advice:
      there.length === 0
        ? 'It has no splits; leave out --split to evaluate on all images.'
        : `It has ${there.join(' and ')}; choose one of them, or leave out --split.`,
  });
}
