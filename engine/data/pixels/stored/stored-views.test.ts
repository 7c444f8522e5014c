import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrayFile } from '../../../images/npy/testing/array-file.ts';
import { BatchLoader } from '../../loader/batch-loader.ts';
import { Sampler } from '../../loader/sampler.ts';
import { fittingImages } from '../../scan/fitting-images.ts';
import { scanFolders } from '../../scan/scan.ts';
import { loadEvalImages } from '../../views/eval-images.ts';
import type { PairPlan } from '../../views/render-plan.ts';
import { RGB_READING } from '../reading.ts';

const SIDE = 40;
const CHANNELS = 6;
let root: string;

/** A TIFF file whose fourth channel is not declared as transparency. */
function withoutMeaning(file: Buffer): Buffer {
  const EXTRA_SAMPLES = 338;
  const directory = file.readUInt32LE(4);
  const entries = file.readUInt16LE(directory);
  for (let i = 0, at = directory + 2; i < entries; i++, at += 12)
    if (file.readUInt16LE(at) === EXTRA_SAMPLES) file.writeUInt16LE(0, at + 8);
  return file;
}

const numberAt = (image: number, i: number) => (image * 7919 + i * 104_729) % 65_536;

function plan(changes: Partial<PairPlan>): PairPlan {
  return {
    kind: 'pair',
    seed: 3,
    imageSize: [SIDE, SIDE],
    mean: Array.from({ length: CHANNELS }, (_, i) => 0.4 + 0.02 * i),
    std: Array.from({ length: CHANNELS }, (_, i) => 0.2 + 0.03 * i),
    channels: CHANNELS,
    valueRange: 'type',
    flip: 0,
    crop: { minArea: 1, maxArea: 1, minRatio: 1, maxRatio: 1, interpolation: 'bicubic' },
    teacher: {
      jitter: [0.4, 0.4, 0.2, 0.1],
      jitterProbability: 0,
      grayProbability: 0,
      blurProbability: 0,
      blurRadius: [0.1, 2],
      solarizeProbability: 1,
    },
    ...changes,
  };
}

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-stored-views-'));
  for (let image = 0; image < 4; image++) {
    const values = Uint16Array.from({ length: CHANNELS * SIDE * SIDE }, (_, i) =>
      numberAt(image, i),
    );
    await writeFile(path.join(root, `${image}.npy`), arrayFile(values, [CHANNELS, SIDE, SIDE]));
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function firstBatch(given: PairPlan, workers: number) {
  const samples = [...(await scanFolders([root])).samples].filter(({ stored }) => stored);
  const sampler = new Sampler({ count: samples.length, batchSize: 3, seed: given.seed });
  const loader = new BatchLoader({
    plan: given,
    samples,
    sampler,
    batchSize: 3,
    workers,
    startStep: 0,
  });
  const { views, sampleIds, replaced } = await loader.next();
  const copies = views.map((view) => view.slice());
  await loader.close();
  return { views: copies, sampleIds, replaced };
}

describe('views of six channels of 16 bits', () => {
  it('have the stored numbers, scaled and normalised in the order of the channels', async () => {
    const { views, sampleIds, replaced } = await firstBatch(plan({}), 0);
    const { mean, std } = plan({});
    expect(replaced).toEqual([]);
    const [student, teacher] = [views[0]!, views[1]!];
    expect(student).toHaveLength(3 * CHANNELS * SIDE * SIDE);
    const elements = CHANNELS * SIDE * SIDE;
    for (const [place, id] of sampleIds.entries())
      for (let i = 0; i < elements; i++) {
        const channel = Math.floor(i / (SIDE * SIDE));
        const share = numberAt(id, i) / 65_535;
        const normalised = (value: number) => (value - mean[channel]!) / std[channel]!;
        expect(student[place * elements + i]).toBeCloseTo(normalised(share), 5);
        const solarised = share >= 128 / 255 ? 1 - share : share;
        expect(teacher[place * elements + i]).toBeCloseTo(normalised(solarised), 5);
      }
  });

  it('are the same from workers, and of a state of the ids alone', async () => {
    const drawn = plan({
      flip: 0.5,
      crop: { minArea: 0.2, maxArea: 1, minRatio: 0.7, maxRatio: 1.4, interpolation: 'bicubic' },
    });
    const here = await firstBatch(drawn, 0);
    const there = await firstBatch(drawn, 2);
    expect(there.views).toEqual(here.views);
    expect(there.sampleIds).toEqual(here.sampleIds);
  });

  it('have the stated range of each channel', async () => {
    const ranges = Array.from({ length: CHANNELS }, (_, i) => [1000 * i, 40_000] as const);
    const { views, sampleIds } = await firstBatch(
      plan({ valueRange: ranges, mean: Array(CHANNELS).fill(0), std: Array(CHANNELS).fill(1) }),
      0,
    );
    const at = 5 * SIDE * SIDE + 9;
    const expected = (numberAt(sampleIds[0]!, at) - 5000) / (40_000 - 5000);
    expect(views[0]![at]).toBeCloseTo(Math.min(1, Math.max(0, expected)), 6);
  });

  it('names images with other channels, and takes another in their place', async () => {
    const eight = { ...plan({}), channels: 8, mean: Array(8).fill(0), std: Array(8).fill(1) };
    await expect(firstBatch(eight, 0)).rejects.toMatchObject({
      code: 'too-many-broken-images',
      message: expect.stringContaining('6 channels, and 8 are needed'),
    });
  });
});

describe('for evaluation', () => {
  const half = { imageSize: [SIDE, SIDE] as const, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

  it('16 bits are what 8 bits are, but finer', async () => {
    const bytes = Uint8Array.from({ length: 3 * 40 * 30 }, (_, i) => 128 + 100 * Math.sin(i / 40));
    const interleaved = Buffer.alloc(bytes.length);
    for (let i = 0; i < bytes.length; i++)
      interleaved[(i % 1200) * 3 + Math.floor(i / 1200)] = bytes[i]!;
    const png = path.join(root, 'plain.png');
    const raw = { width: 40, height: 30, channels: 3 } as const;
    await sharp(interleaved, { raw }).png().toFile(png);
    const deep = path.join(root, 'deep.npy');
    await writeFile(
      deep,
      arrayFile(
        Uint16Array.from(bytes, (value) => 257 * value),
        [3, 30, 40],
      ),
    );
    const [ofBytes, ofNumbers] = [
      await loadEvalImages([{ path: png }], half),
      await loadEvalImages([{ path: deep }], half),
    ];
    let most = 0;
    for (const [i, value] of ofBytes.entries())
      most = Math.max(most, Math.abs(value - ofNumbers[i]!));
    expect(most).toBeLessThan((2 * 1.5) / 255);
    expect(most).toBeGreaterThan(0);
  });

  it('red, green, blue and one channel more are bytes for three channels, and four numbers', async () => {
    const folder = path.join(root, 'more');
    await mkdir(folder);
    const [four, base] = ['four.tif', 'base.png'].map((name) => path.join(folder, name));
    const data = Buffer.from(Uint8Array.from({ length: 4 * 40 * 40 }, (_, i) => (i * 37) % 251));
    const picture = sharp(data, { raw: { width: 40, height: 40, channels: 4 } });
    await writeFile(
      four!,
      withoutMeaning(await picture.clone().tiff({ compression: 'none' }).toBuffer()),
    );
    await picture.clone().removeAlpha().png().toFile(base!);
    const three = await loadEvalImages([{ path: four! }], half);
    expect(three).toEqual(await loadEvalImages([{ path: base! }], half));
    const { samples, doubts } = await scanFolders([folder]);
    const sample = [...samples].find(({ path: one }) => one === four)!;
    expect(sample.stored).toMatchObject({ channels: 4, numbers: 'uint8', hasBytes: true });
    expect(doubts).toContainEqual(expect.stringContaining('set channels=4 for all'));
    expect(fittingImages([sample], RGB_READING).leftOut).toEqual([]);
    const wide = { ...half, channels: 4, mean: [0, 0, 0, 0], std: [1, 1, 1, 1] };
    const numbers = await loadEvalImages([{ path: four! }], { ...wide, imageSize: [40, 40] });
    expect(numbers).toHaveLength(4 * 40 * 40);
  });

  it('grey fills three channels, and red, green and blue give luma as Pillow', async () => {
    const grey = path.join(root, 'grey.npy');
    await writeFile(
      grey,
      arrayFile(
        Uint16Array.from({ length: SIDE * SIDE }, (_, i) => 200 * i),
        [1, SIDE, SIDE],
      ),
    );
    const options = { ...half, imageSize: [SIDE, SIDE] as const };
    const three = await loadEvalImages([{ path: grey }], options);
    const plane = SIDE * SIDE;
    expect(three.slice(0, plane)).toEqual(three.slice(plane, 2 * plane));
    expect(three.slice(0, plane)).toEqual(three.slice(2 * plane));
    const colour = path.join(root, 'colour.png');
    const flat = { create: { width: 8, height: 8, channels: 3, background: '#c86432' } } as const;
    await sharp(flat).png().toFile(colour);
    const one = { imageSize: [8, 8] as const, mean: [0], std: [1], channels: 1 };
    const values = await loadEvalImages([{ path: colour }], one);
    // Pillow: Image.new('RGB', (1, 1), '#c86432').convert('L').getpixel((0, 0)) is 124.
    expect([...new Set(values)]).toEqual([Math.fround(124 / 255)]);
  });
});
