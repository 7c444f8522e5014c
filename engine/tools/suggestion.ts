/** Suggest a recipe from the number and the sizes of the images. */
import { countOf } from '../contract/number-text.ts';
import type { HealthReport } from '../contract/studio/datasets.ts';
import type { LazyList } from '../data/sources/lazy-list.ts';

type Suggestion = HealthReport['suggestion'];

/** With fewer images, a larger network overfits. */
const FEW = 10_000;
const MANY = 200_000;

/** @param images for training @param medianSide shorter side of the median image, pixels */
export function suggestRecipe(images: number, medianSide: number): Suggestion {
  const seen = `${countOf(images, 'image')}, typically ${medianSide} pixels on the shorter side`;
  if (medianSide < 48) {
    const recipe = images < 2 * FEW ? 'micro' : 'tiny';
    return {
      recipe,
      imageSize: 32,
      patchSize: 4,
      reason: `${seen}: pictures this small have no more detail than 32 pixels show, and a small network learns them quickly.`,
    };
  }
  if (medianSide < 160) {
    return {
      recipe: 'tiny',
      imageSize: 64,
      patchSize: 8,
      reason: `${seen}: 64 pixels keep what they show, and a small network runs on a CPU, too.`,
    };
  }
  if (images < FEW) {
    return {
      recipe: 'tiny',
      imageSize: 128,
      patchSize: 16,
      reason: `${seen}: with fewer than ${countOf(FEW, 'image')} a small network learns as much as a large one, in a fraction of the time.`,
    };
  }
  if (images < MANY) {
    return {
      recipe: 'small',
      imageSize: 224,
      patchSize: 16,
      reason: `${seen}: enough for the smallest network of the paper at full size. It needs a GPU; without one, take tiny.`,
    };
  }
  return {
    recipe: 'base',
    imageSize: 224,
    patchSize: 16,
    reason: `${seen}: enough for the network most papers report on. It needs a GPU with 16 GB or more; take small on a lesser one, and tiny without one.`,
  };
}

/**
 * The number of channels that all images have, where a recipe of three would leave them out;
 * undefined otherwise.
 */
export function suggestChannels(
  samples: LazyList<{ readonly stored?: { readonly channels: number } }>,
): number | undefined {
  const channels = samples.at(0)?.stored?.channels;
  if (channels === undefined || channels === 1 || channels === 3) return undefined;
  for (const { stored } of samples) if (stored?.channels !== channels) return undefined;
  return channels;
}
