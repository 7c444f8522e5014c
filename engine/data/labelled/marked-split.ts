/** The images of a set that are marked as a split. */
import { StudioError } from '../../contract/errors.ts';
import { SPLITS, type Split } from '../../contract/splits.ts';

/**
 * @returns positions of the images
 * @throws StudioError `evaluation-empty` where no image is marked so, with the splits that there are
 */
export function positionsOfSplit(
  images: readonly { readonly split?: Split }[],
  split: Split,
  source: string,
): number[] {
  const found = images.flatMap((image, i) => (image.split === split ? [i] : []));
  if (found.length > 0) return found;
  const there = SPLITS.filter((one) => images.some((image) => image.split === one));
  throw new StudioError('evaluation-empty', `${source} marks no image as ${split}.`, {
    advice:
      there.length === 0
        ? 'It has no splits; leave out --split to evaluate on all images.'
        : `It has ${there.join(' and ')}; choose one of them, or leave out --split.`,
  });
}
