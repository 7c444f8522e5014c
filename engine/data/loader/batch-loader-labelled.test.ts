import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sameBytes } from '../testing/same-bytes.ts';
import { writeSampleJpegs } from '../testing/sample-jpegs.ts';
import type { LabelledPlan, RenderSource } from '../views/render-plan.ts';
import { BatchLoader, type BatchLoaderOptions } from './batch-loader.ts';
import { LabelledSampler } from './labelled-sampler.ts';

expect.addEqualityTesters([sameBytes]);

const COUNT = 10;
type Labelled = RenderSource & { readonly label: number };
let folder: string;
let samples: Labelled[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-labelled-'));
  await writeSampleJpegs(folder, COUNT);
  samples = Array.from({ length: COUNT }, (_, i) => sampleAt(`000${i}.jpg`, i < 7 ? 0 : 1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function sampleAt(name: string, label: number): Labelled {
  return { path: path.join(folder, name), width: 500, height: 375, label };
}

const plan: LabelledPlan = {
  kind: 'labelled',
  imageSize: [32, 48],
  seed: 3,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  crop: { minArea: 0.2, maxArea: 1, minRatio: 0.75, maxRatio: 4 / 3, interpolation: 'bicubic' },
  flip: 0.5,
  colorJitter: 0.4,
};

interface Changes extends Partial<Omit<BatchLoaderOptions, 'plan' | 'samples'>> {
  readonly samples?: readonly Labelled[];
  readonly view?: Partial<LabelledPlan>;
  readonly sampling?: 'uniform' | 'balanced';
}

async function take(steps: number, { view, sampling = 'uniform', ...changes }: Changes = {}) {
  const options = { samples, batchSize: 4, workers: 0, startStep: 0, ...changes };
  const { batchSize } = options;
  const labels = options.samples.map(({ label }) => label);
  const sampler = new LabelledSampler({ labels, batchSize, seed: plan.seed, sampling });
  const loader = new BatchLoader({ ...options, sampler, plan: { ...plan, ...view } });
  try {
    const seen = [];
    for (let i = 0; i < steps; i++) {
      const { step, epoch, sampleIds, shownIds, views, replaced } = await loader.next();
      const [ids, shown, images] = [[...sampleIds], [...shownIds], views[0]!.slice()];
      seen.push({ step, epoch, ids, shown, replaced, images });
    }
    return seen;
  } finally {
    await loader.close();
  }
}

const imageOf = (batch: { images: Float32Array }, position: number) => {
  const size = 3 * 32 * 48;
  return batch.images.subarray(position * size, (position + 1) * size);
};

describe('batches of labelled images', () => {
  it.each(['uniform', 'balanced'] as const)(
    'gives the same bytes for 0 and some workers, and from any step: %s',
    async (sampling) => {
      const inline = await take(5, { sampling });
      // Workers know nothing of the order of samples.
      const workers = sampling === 'uniform' ? 3 : 1;
      expect(await take(5, { workers, sampling })).toEqual(inline);
      expect(await take(2, { sampling, startStep: 3 })).toEqual(inline.slice(3));
    },
  );

  it('fills a batch from fewer images, each time another view', async () => {
    const [batch] = await take(1, { samples: samples.slice(0, 3), batchSize: 8 });
    expect(batch!.ids).toHaveLength(8);
    const places = batch!.ids.flatMap((id, i) => (id === 0 ? [i] : []));
    expect(places.length).toBeGreaterThanOrEqual(2);
    expect(imageOf(batch!, places[0]!)).not.toEqual(imageOf(batch!, places[1]!));
  });

  it('changes colours only on request', async () => {
    const [plain] = await take(1, { view: { colorJitter: 0 } });
    const [same] = await take(1, { view: { colorJitter: 0 } });
    const [changed] = await take(1);
    expect(same).toEqual(plain);
    expect(changed!.ids).toEqual(plain!.ids);
    expect(changed!.images).not.toEqual(plain!.images);
  });

  const strong = {
    randAugment: { magnitude: 9, std: 0.5, layers: 2 },
    randomErasing: { probability: 0.5 },
  };

  it('with RandAugment and erasing gives the same bytes for any number of workers', async () => {
    const inline = await take(3, { view: strong });
    expect(await take(3, { view: strong, workers: 2 })).toEqual(inline);
    expect(await take(1, { view: strong, startStep: 2 })).toEqual(inline.slice(2));
  });

  it('takes RandAugment instead of jitter, and erases after normalisation', async () => {
    const { randAugment } = strong;
    const [plain] = await take(1, { view: { colorJitter: 0 } });
    const [drawn] = await take(1, { view: { randAugment } });
    expect(drawn).toEqual((await take(1, { view: { randAugment, colorJitter: 0 } }))[0]);
    expect(drawn!.images).not.toEqual(plain!.images);
    const erasing = { colorJitter: 0, randomErasing: { probability: 1 } };
    const [erased] = await take(1, { view: erasing });
    for (let place = 0; place < 4; place++) {
      const before = imageOf(plain!, place);
      const changed = imageOf(erased!, place).filter((value, i) => value !== before[i]);
      expect(changed.length).toBeGreaterThan(0.015 * before.length);
      expect(changed.length).toBeLessThan(0.36 * before.length);
      expect(Math.max(...changed)).toBeGreaterThan(1.01);
    }
  });

  it('refuses an empty set', async () => {
    await expect(take(1, { samples: [] })).rejects.toMatchObject({ code: 'no-images' });
  });
});

describe('a broken image', () => {
  const broken = async (label: number) => {
    await writeFile(path.join(folder, 'broken.jpg'), 'not an image');
    return sampleAt('broken.jpg', label);
  };
  const lenient = { batchSize: 11, maxBrokenFraction: 0.5 };

  it('is replaced by one of its class, the same for any number of workers', async () => {
    const all = [...samples, await broken(1)];
    const seen = await take(6, { ...lenient, samples: all });
    expect(await take(6, { ...lenient, samples: all, workers: 2 })).toEqual(seen);
    const substitutes = seen.flatMap(({ replaced }) => replaced);
    expect(substitutes).toHaveLength(6);
    for (const { path: file, substitute } of substitutes) {
      expect(path.basename(file)).toBe('broken.jpg');
      expect(samples.find((sample) => sample.path === substitute)?.label).toBe(1);
    }
    for (const { ids, shown } of seen)
      expect(all[shown[ids.indexOf(10)]!]).toMatchObject({ label: 1 });
  });

  it('alone in its class is replaced by another one', async () => {
    const all = [...samples, await broken(2)];
    const [batch] = await take(1, { ...lenient, samples: all });
    const { substitute } = batch!.replaced[0]!;
    const shown = batch!.shown[batch!.ids.indexOf(10)]!;
    expect(samples[shown]!.path).toBe(substitute);
  });

  it('among too many of them stops the loader', async () => {
    const gone = samples.map((sample, i) => (i < 4 ? sampleAt(`gone-${i}.jpg`, 0) : sample));
    await expect(take(6, { samples: gone, batchSize: 10 })).rejects.toMatchObject({
      code: 'too-many-broken-images',
    });
  });
});
