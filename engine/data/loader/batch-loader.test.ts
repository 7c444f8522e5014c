import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sample } from '../sources/index-types.ts';
import { sameBytes } from '../testing/same-bytes.ts';
import { writeSampleJpegs } from '../testing/sample-jpegs.ts';
import type { PairPlan } from '../views/render-plan.ts';
import { BatchLoader, type BatchLoaderOptions } from './batch-loader.ts';
import { Sampler } from './sampler.ts';

expect.addEqualityTesters([sameBytes]);

const COUNT = 11;
let folder: string;
let samples: Sample[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-loader-'));
  await writeSampleJpegs(folder, COUNT);
  samples = Array.from({ length: COUNT }, (_, i) =>
    sampleAt(path.join(folder, `${String(i).padStart(4, '0')}.jpg`)),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function sampleAt(file: string): Sample {
  return { path: file, width: 500, height: 375, bytes: 1, hash: '', format: 'jpeg' };
}

const plan: PairPlan = {
  kind: 'pair',
  imageSize: [32, 48],
  seed: 3,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  crop: { minArea: 0.2, maxArea: 1, minRatio: 0.75, maxRatio: 4 / 3, interpolation: 'bicubic' },
  flip: 0.5,
  teacher: {
    jitter: [0.4, 0.4, 0.2, 0.1],
    jitterProbability: 0.8,
    grayProbability: 0.2,
    blurProbability: 0.5,
    blurRadius: [0.1, 2],
    solarizeProbability: 0.2,
  },
};

function open(changes: Partial<BatchLoaderOptions> = {}): BatchLoader {
  const options = { samples, plan, batchSize: 4, workers: 0, startStep: 0, ...changes };
  const { batchSize } = options;
  const sampler = new Sampler({ count: options.samples.length, batchSize, seed: plan.seed });
  return new BatchLoader({ ...options, sampler });
}

interface Seen {
  step: number;
  epoch: number;
  ids: number[];
  student: Float32Array;
  teacher: Float32Array;
  replaced: string[];
}

async function take(steps: number, changes: Partial<BatchLoaderOptions> = {}): Promise<Seen[]> {
  const loader = open(changes);
  try {
    const seen: Seen[] = [];
    for (let i = 0; i < steps; i++) {
      const batch = await loader.next();
      seen.push({
        step: batch.step,
        epoch: batch.epoch,
        ids: [...batch.sampleIds],
        student: batch.views[0]!.slice(),
        teacher: batch.views[1]!.slice(),
        replaced: batch.replaced.map(({ path: file, substitute }) => `${file} → ${substitute}`),
      });
    }
    return seen;
  } finally {
    await loader.close();
  }
}

describe('batches of pairs of views', () => {
  it('gives the same bytes for 0 and 3 workers', async () => {
    const inline = await take(5);
    expect(await take(5, { workers: 3 })).toEqual(inline);
  });

  it('continues exactly from any step', async () => {
    const whole = await take(6);
    const rest = await take(3, { workers: 1, startStep: 3 });
    expect(rest).toEqual(whole.slice(3));
  });

  it('shows every image at most once an epoch, in another order each time', async () => {
    const seen = await take(4);
    const firstEpoch = seen.slice(0, 2).flatMap(({ ids }) => ids);
    expect(new Set(firstEpoch).size).toBe(8);
    expect(seen.map(({ epoch }) => epoch)).toEqual([0, 0, 1, 1]);
    expect(seen.slice(2).flatMap(({ ids }) => ids)).not.toEqual(firstEpoch);
  });

  it('perturbs the teacher view only, and differently each epoch', async () => {
    const [first] = await take(1);
    expect(first!.student).not.toEqual(first!.teacher);
    const calm = {
      jitterProbability: 0,
      grayProbability: 0,
      blurProbability: 0,
      solarizeProbability: 0,
    };
    const [plain] = await take(1, { plan: { ...plan, teacher: { ...plan.teacher, ...calm } } });
    expect(plain!.teacher).toEqual(plain!.student);
    expect(plain!.student).toEqual(first!.student);
  });

  it('replaces a broken image by the same other one for any number of workers, and names it', async () => {
    const broken = path.join(folder, 'broken.jpg');
    await writeFile(broken, 'not an image');
    const some = [...samples.slice(0, 10), sampleAt(broken)];
    const inline = await take(2, { samples: some, batchSize: 5, maxBrokenFraction: 0.5 });
    const replaced = inline.flatMap((batch) => batch.replaced);
    expect(replaced.length).toBeLessThanOrEqual(1);
    const all = await take(4, { samples: some, batchSize: 11, maxBrokenFraction: 0.5 });
    expect(all[0]!.replaced[0]).toContain('broken.jpg → ');
    expect(
      await take(4, { samples: some, batchSize: 11, maxBrokenFraction: 0.5, workers: 2 }),
    ).toEqual(all);
  });

  it('stops when too many images are broken', async () => {
    const gone = samples.map((sample, i) => (i < 4 ? sampleAt(`${sample.path}.gone`) : sample));
    await expect(take(6, { samples: gone, batchSize: 11 })).rejects.toMatchObject({
      code: 'too-many-broken-images',
    });
  });

  it('names an image when none can be decoded', async () => {
    const gone = samples.map((sample) => sampleAt(`${sample.path}.gone`));
    await expect(take(1, { samples: gone })).rejects.toMatchObject({
      code: 'too-many-broken-images',
      message: expect.stringMatching(
        /^20 images in a row cannot be decoded, the last one .+\.gone \(/,
      ),
      details: {
        broken: expect.arrayContaining([{ path: expect.any(String), reason: expect.any(String) }]),
      },
    });
  });

  it('refuses a batch larger than the data set with advice', async () => {
    await expect(take(1, { batchSize: 12 })).rejects.toMatchObject({
      code: 'too-few-images',
      advice: expect.stringContaining('batch_size=11'),
    });
  });

  it('reports a crashed worker instead of waiting for it', async () => {
    const teacher = null as unknown as PairPlan['teacher'];
    const loader = open({ workers: 2, plan: { ...plan, teacher } });
    await expect(loader.next()).rejects.toMatchObject({ code: 'data-worker-died' });
    await expect(loader.next()).rejects.toMatchObject({ code: 'data-worker-died' });
    await loader.close();
  });

  it('can be closed while a batch is awaited', async () => {
    const loader = open({ workers: 1 });
    const pending = loader.next();
    const outcome = expect(pending).rejects.toMatchObject({ code: 'data-closed' });
    await loader.close();
    await outcome;
  });

  it('gives floats that are the normalised pixels', async () => {
    const narrow = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] };
    const [batch] = await take(1, { plan: { ...plan, ...narrow } });
    const values = [...batch!.student.subarray(0, 500)];
    expect(values.every((value) => Math.abs(value - Math.round(value)) < 1e-4)).toBe(true);
    expect(Math.max(...values)).toBeGreaterThan(50);
  });
});
