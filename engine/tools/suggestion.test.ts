import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../contract/recipe.ts';
import { presets } from '../recipes/presets.ts';
import { summariseSizes } from './sizes.ts';
import { suggestChannels, suggestRecipe } from './suggestion.ts';

describe('the suggested recipe', () => {
  it.each([
    [500, 32, 'micro', 32, 4],
    [50_000, 32, 'tiny', 32, 4],
    [50_000, 96, 'tiny', 64, 8],
    [5000, 1000, 'tiny', 128, 16],
    [60_000, 512, 'small', 224, 16],
    [1_000_000, 512, 'base', 224, 16],
  ])('for %d images of %d pixels is %s', (images, side, recipe, imageSize, patchSize) => {
    const suggestion = suggestRecipe(images, side);
    expect(suggestion).toMatchObject({ recipe, imageSize, patchSize });
    expect(suggestion.reason).toContain(`${images.toLocaleString('en-US')} images`);
    // The suggested recipe is valid.
    const preset = presets[recipe as keyof typeof presets].recipe;
    const settings = { image_size: imageSize, patch_size: patchSize };
    expect(parseRecipe(preset, settings)).toMatchObject(settings);
  });
});

describe('sizes', () => {
  it('are in bins without gaps, each image in one', () => {
    const sides = [1, 7, 8, 31, 32, 224, 8191, 8192, 300_000];
    const { histogram } = summariseSizes(sides.map((width) => ({ width, height: 400_000 })));
    expect(histogram[0]).toMatchObject({ from: 0, to: 8, images: 2 });
    for (const [i, { from }] of histogram.slice(1).entries()) expect(from).toBe(histogram[i]!.to);
    for (const side of sides)
      expect(histogram.some(({ from, to }) => from <= side && side < to)).toBe(true);
    expect(histogram.reduce((sum, { images }) => sum + images, 0)).toBe(sides.length);
  });

  it('have a median by area', () => {
    const sizes = [
      [10, 10],
      [500, 1],
      [4, 4],
      [30, 30],
    ].map(([width, height]) => ({ width: width!, height: height! }));
    expect(summariseSizes(sizes)).toMatchObject({
      smallest: [4, 4],
      median: [10, 10],
      largest: [30, 30],
    });
  });
});

it('suggests the channels that all images have, where three do not serve them', () => {
  const of = (...channels: (number | undefined)[]) =>
    suggestChannels(
      channels.map((one) => (one === undefined ? {} : { stored: { channels: one } })),
    );
  expect(of(6, 6)).toBe(6);
  expect(of(2)).toBe(2);
  for (const others of [[6, 5], [6, undefined], [1, 1], [3], [undefined], []])
    expect(of(...others)).toBeUndefined();
});
