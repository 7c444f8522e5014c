/** The images that are given to predict: their number, and what is wrong with all of them. */

import { StudioError } from '../contract/errors.ts';
import { countOf } from '../contract/number-text.ts';
import type { Division } from '../contract/settings/division.ts';
import { USUAL_STACKS } from '../contract/settings/stack-channels.ts';
import { givenImages } from '../data/given/given-images.ts';
import { dividedImages } from '../data/given/given-tiles.ts';
import type { LeftOut } from '../data/sources/unreadable.ts';
import type { PredictOrder } from './predict-order.ts';

/**
 * Their number is unlimited, so they are counted without being stored.
 *
 * @param division how files are divided into images; without it each is one
 */
export async function countImages(
  { data, signal }: PredictOrder,
  division: Division = { tiles: 'off', stacks: USUAL_STACKS },
): Promise<number> {
  let total = 0;
  for await (const _ of dividedImages(givenImages(data, signal), division)) total++;
  return total;
}

export function noImages(data: readonly string[]): StudioError {
  return new StudioError('no-images', `There are no images in ${data.join(', ')}.`, {
    advice: 'Give a folder that holds images, or image files.',
  });
}

export function noneReadable(leftOut: number, { path, reason }: LeftOut): StudioError {
  return new StudioError(
    'too-many-broken-images',
    `None of ${countOf(leftOut, 'image')} can be decoded, the last one ${path} (${reason}).`,
    {
      advice: 'Give folders of images or image files, and check that the disk is connected.',
      details: { broken: [{ path, reason }] },
    },
  );
}
