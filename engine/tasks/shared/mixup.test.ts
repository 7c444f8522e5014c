import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, type SafetensorsFile } from '../../formats/safetensors.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import { drawMix, mixImages, softTargets, uncovered } from './mixup.ts';

let fixture: SafetensorsFile;
beforeAll(async () => {
  fixture = await readSafetensors(packagedFile('assets/fixtures/mixup_cutmix.safetensors'));
});
const values = (name: string) => Float32Array.from(fixture.tensors.get(name)!.data, Number);
const meta = (name: string) => JSON.parse(fixture.metadata[name]!);
const largest = (a: Float32Array, b: Float32Array) =>
  a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);
const SIZE = [16, 16] as const;

describe('mixing', () => {
  it('blends images and targets as the authors', () => {
    const share = meta('mixup_lambda');
    const images = values('input.images');
    mixImages(images, 4, SIZE, { kind: 'mixup', share });
    expect(largest(images, values('expected.mixup.images'))).toBeLessThan(1e-6);
    const labels = values('input.labels');
    const smoothed = softTargets(labels, 5, meta('label_smoothing'), share);
    expect(largest(smoothed, values('expected.mixup.targets'))).toBeLessThan(1e-6);
    const sharp = softTargets(labels, 5, 0, share);
    expect(largest(sharp, values('expected.mixup_nosmooth.targets'))).toBeLessThan(1e-6);
  });

  it('pastes boxes and weighs targets by area as the authors', () => {
    const [top, bottom, left, right] = meta('cutmix_box_yl_yh_xl_xh');
    const box = { top, bottom, left, right };
    const share = uncovered(box, 16, 16);
    expect(share).toBeCloseTo(values('expected.cutmix.lambda')[0]!, 6);
    const images = values('input.images');
    mixImages(images, 4, SIZE, { kind: 'cutmix', box, share });
    expect(images).toEqual(values('expected.cutmix.images'));
    const targets = softTargets(values('input.labels'), 5, meta('label_smoothing'), share);
    expect(largest(targets, values('expected.cutmix.targets'))).toBeLessThan(1e-6);
  });
});

describe('drawMix', () => {
  const both = { mixup: 0.8, cutmix: 1, probability: 1, switchProbability: 0.5 };
  const draws = (options: typeof both) =>
    Array.from({ length: 2000 }, (_, step) => drawMix(7, step, [32, 24], options));

  it('is a function of seed and step, half mixup and half CutMix, of shares around a half', () => {
    expect(draws(both)).toEqual(draws(both));
    const cuts = draws(both).filter(({ kind }) => kind === 'cutmix').length;
    expect(cuts / 2000).toBeGreaterThan(0.45);
    expect(cuts / 2000).toBeLessThan(0.55);
    const shares = draws({ ...both, cutmix: 0 }).map(({ share }) => share);
    const mean = shares.reduce((sum, share) => sum + share) / shares.length;
    expect(mean).toBeGreaterThan(0.47);
    expect(mean).toBeLessThan(0.53);
    // The variance of Beta(α, α) is 1/(4(2α + 1)): 0.0962 for 0.8.
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    expect(variance).toBeGreaterThan(0.088);
    expect(variance).toBeLessThan(0.104);
  });

  it('keeps boxes inside the image, and their area with the share', () => {
    for (const mix of draws({ ...both, mixup: 0 })) {
      if (mix.kind !== 'cutmix') throw new Error(mix.kind);
      const { top, bottom, left, right } = mix.box;
      expect(top >= 0 && left >= 0 && bottom <= 32 && right <= 24).toBe(true);
      expect(mix.share).toBeCloseTo(1 - ((bottom - top) * (right - left)) / (32 * 24), 12);
    }
  });

  it('leaves batches alone when told to', () => {
    for (const off of [
      { ...both, probability: 0 },
      { ...both, mixup: 0, cutmix: 0 },
    ])
      expect(draws(off).every(({ kind }) => kind === 'none')).toBe(true);
  });
});
