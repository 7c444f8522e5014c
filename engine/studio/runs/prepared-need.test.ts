import { expect, it } from 'vitest';
import { preparedSize } from '../../data/preparing/prepared-size.ts';
import { presets } from '../../recipes/presets.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { preparedNeed } from './prepared-need.ts';

const recordOf = (changes: Partial<RunRecord> = {}) =>
  ({
    kind: 'pretrain',
    recipe: { ...presets.small.recipe },
    dataset: { folders: ['/images'], images: 1000, fingerprint: '' },
    ...changes,
  }) as RunRecord;

it('is at least what images of any size take, and not much more than the largest of them', () => {
  const { crop_min_area: minArea, crop_max_area: maxArea } = presets.small.recipe;
  const crops = { imageSize: [224, 224] as const, crop: { minArea, maxArea } };
  const most = preparedNeed(recordOf())! / 1000;
  const bytesOf = (width: number, height: number) => {
    const size = preparedSize({ width, height }, crops);
    return 3 * size.width * size.height;
  };
  const taken = Array.from({ length: 400 }, (_, i) => bytesOf(100 + 10 * i, 100 + 7 * i));
  // Sides are whole pixels.
  expect(Math.max(...taken)).toBeLessThan(1.01 * most);
  expect(Math.max(...taken)).toBeGreaterThan(0.9 * most);
});

it('counts channels, and numbers that are no bytes', () => {
  const stored = {
    ...presets.small.recipe,
    channels: 6,
    mean: Array(6).fill(0.5),
    std: Array(6).fill(0.5),
  };
  expect(preparedNeed(recordOf({ recipe: stored }))).toBe(8 * preparedNeed(recordOf())!);
});

it('is unknown for other runs and for recipes that cannot be read', () => {
  expect(preparedNeed(recordOf({ kind: 'finetune' }))).toBeUndefined();
  expect(preparedNeed(recordOf({ recipe: { image_size: 'large' } }))).toBeUndefined();
});
