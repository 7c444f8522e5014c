import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeDisk } from '../../disk/disk.ts';
import { arrayFile } from '../../images/npy/testing/array-file.ts';
import { workerUrl } from '../../platform/worker-url.ts';
import { BatchLoader } from '../loader/batch-loader.ts';
import { Sampler } from '../loader/sampler.ts';
import { type PrepareOptions, prepareImages } from '../preparing/prepare-images.ts';
import { preparedName, preparedSettings } from '../preparing/prepared-settings.ts';
import { preparedSize } from '../preparing/prepared-size.ts';
import { scanFolders } from '../scan/scan.ts';
import type { DatasetIndex } from '../sources/index-types.ts';
import type { PairPlan } from '../views/render-plan.ts';
import { PreparedImages } from './prepared-images.ts';
import { shardPath } from './shard-file.ts';

let root: string;
let index: DatasetIndex;
const SIZE = { width: 150, height: 100 };
const COUNT = 6;

/** Smooth shapes with edges, as photographs have them. */
function pixels(image: number, channels: number): number[] {
  const { width, height } = SIZE;
  return Array.from({ length: width * height * channels }, (_, i) => {
    const [x, y, c] = [
      Math.floor(i / channels) % width,
      Math.floor(i / channels / width),
      i % channels,
    ];
    const wave = Math.sin(x / (9 + image) + c) + Math.cos(y / (7 + image) - c);
    return Math.min(255, Math.round(110 + 50 * wave + ((x + y) % 60 < 30 ? 40 : 0)));
  });
}

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-prepared-'));
  for (let image = 0; image < COUNT; image++)
    await sharp(Uint8Array.from(pixels(image, 3)), { raw: { ...SIZE, channels: 3 } })
      // Without alpha the decoder would shrink, which changes views more than preparing does.
      .ensureAlpha()
      .png()
      .toFile(path.join(root, `${image}.png`));
  index = await scanFolders([root]);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const fresh = () => mkdtemp(path.join(root, 'out-'));

function plan(side: number, changes: Partial<PairPlan> = {}): PairPlan {
  return {
    kind: 'pair',
    seed: 3,
    imageSize: [side, side],
    mean: [0, 0, 0],
    std: [1, 1, 1],
    flip: 0.5,
    crop: { minArea: 0.2, maxArea: 1, minRatio: 0.75, maxRatio: 4 / 3, interpolation: 'bicubic' },
    teacher: {
      jitter: [0.4, 0.4, 0.2, 0.1],
      jitterProbability: 0.8,
      grayProbability: 0.2,
      blurProbability: 0.1,
      blurRadius: [0.1, 2],
      solarizeProbability: 0.2,
    },
    ...changes,
  };
}

function prepare(folder: string, side: number, changes: Partial<PrepareOptions> = {}) {
  const settings = preparedSettings(plan(side));
  return prepareImages({ samples: index.samples, settings, folder, threads: 0, ...changes });
}

async function views(
  given: PairPlan,
  samples: DatasetIndex['samples'],
  prepared?: Pick<PreparedImages, 'find'>,
) {
  const batchSize = samples.length;
  const sampler = new Sampler({ count: batchSize, batchSize, seed: given.seed });
  const loader = new BatchLoader({
    ...{ plan: given, samples, sampler, batchSize, prepared },
    workers: 0,
    startStep: 0,
  });
  const first = await loader.next();
  const found = { damaged: first.damaged, views: first.views.map((view) => view.slice()) };
  const again = await loader.next();
  await loader.close();
  return { ...found, damagedAgain: again.damaged };
}

function bytesOf(found: readonly Float32Array[]): Buffer {
  return Buffer.concat(found.map(({ buffer }) => Buffer.from(buffer)));
}

function meanDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

describe('how large images are prepared', () => {
  const crops = plan(224);
  it('makes a rather small crop as large as a view', () => {
    const { width, height } = preparedSize({ width: 4000, height: 3000 }, crops);
    const area = 0.2 + 0.15 * 0.8;
    expect(Math.sqrt(width * height * area)).toBeCloseTo(224, 0);
    expect(width / height).toBeCloseTo(4 / 3, 2);
  });
  it('never enlarges, and leaves images alone that would hardly be shrunk', () => {
    for (const size of [
      { width: 32, height: 32 },
      { width: 430, height: 400 },
    ])
      expect(preparedSize(size, crops)).toEqual(size);
  });
  it('has another name for other settings and folders', () => {
    const settings = preparedSettings(crops);
    const names = [
      preparedName(['/a'], settings),
      preparedName(['/b'], settings),
      preparedName(['/a'], { ...settings, imageSize: [192, 192] }),
      preparedName(['/a'], { ...settings, channels: 1 }),
      preparedName(['/a'], { ...settings, valueRange: [[0, 100]] }),
      preparedName(['/a'], preparedSettings(plan(224, { crop: { ...crops.crop, minArea: 0.1 } }))),
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(preparedName(['/a'], preparedSettings(plan(224, { seed: 9 })))).toBe(names[0]);
  });
});

describe('views of prepared images', () => {
  it('are those of the files, bit for bit, where images keep their size', async () => {
    const folder = await fresh();
    await prepare(folder, 80);
    const prepared = await PreparedImages.open(folder);
    const given = plan(80);
    const [files, ready] = [
      await views(given, index.samples),
      await views(given, index.samples, prepared),
    ];
    expect(bytesOf(ready.views).equals(bytesOf(files.views))).toBe(true);
    expect(prepared.find(index.samples.at(0)!)).toMatchObject(SIZE);
  });
  it('differ by about a hundredth of the range at most where images were shrunk', async () => {
    const folder = await fresh();
    await prepare(folder, 24);
    const prepared = await PreparedImages.open(folder);
    expect(prepared.find(index.samples.at(0)!)!.width).toBeLessThan(SIZE.width / 2);
    const [files, ready] = [
      await views(plan(24), index.samples),
      await views(plan(24), index.samples, prepared),
    ];
    expect(bytesOf(ready.views).equals(bytesOf(files.views))).toBe(false);
    expect(meanDifference(ready.views[0]!, files.views[0]!)).toBeLessThan(0.01);
  });
  it('are found by path and size where contents are not known', async () => {
    const folder = await fresh();
    await prepare(folder, 24);
    const prepared = await PreparedImages.open(folder);
    const sample = index.samples.at(0);
    const quick = { ...sample!, hash: '' };
    expect(prepared.find(quick)).toEqual(prepared.find(sample!));
    expect(prepared.find({ ...quick, bytes: 1 })).toBeUndefined();
    expect(prepared.find({ ...sample!, hash: 'other' })).toBeUndefined();
  });
  it.each([
    ['uint16', Uint16Array, 'type', 0.5 / 65_535 + 1e-7],
    ['float32', Float32Array, [[-10, 200]], 0],
  ] as const)('keep values of %s and six channels', async (_, Numbers, valueRange, most) => {
    const data = await mkdtemp(path.join(root, 'six-'));
    const values = new Numbers(pixels(1, 6).map((value, i) => value * 191 + (i % 7)));
    const content = arrayFile(values, [6, SIZE.height, SIZE.width]);
    await writeFile(path.join(data, 'six.npy'), content);
    const { samples } = await scanFolders([data]);
    const six = { channels: 6, valueRange, mean: [0, 0, 0, 0, 0, 0], std: [1, 1, 1, 1, 1, 1] };
    const given = plan(80, six);
    const folder = await fresh();
    await prepareImages({ samples, settings: preparedSettings(given), folder, threads: 0 });
    const [file, ready] = [
      await views(given, samples),
      await views(given, samples, await PreparedImages.open(folder)),
    ];
    let difference = 0;
    for (const [i, value] of ready.views[0]!.entries())
      difference = Math.max(difference, Math.abs(value - file.views[0]![i]!));
    expect(difference).toBeLessThanOrEqual(most);
    await rm(data, { recursive: true });
  });
});

describe('preparing', () => {
  it('continues behind whole shards after an interruption, without its rests', async () => {
    const folder = await fresh();
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done === 3) stop.abort();
    };
    const shards = { shardBytes: 1, signal: stop.signal, onProgress };
    await expect(prepare(folder, 24, shards)).rejects.toThrow(/abort/i);
    await writeFile(`${shardPath(folder, 9)}.part`, 'half');
    expect((await PreparedImages.open(folder)).count).toBe(3);
    const inThreads = await prepare(folder, 24, { threads: 2 });
    expect(inThreads).toMatchObject({ images: COUNT, written: 3, unreadable: [] });
    expect(await prepare(folder, 24)).toMatchObject({ images: COUNT, written: 0 });
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('continues behind whole shards when its process was killed', async () => {
    const folder = await fresh();
    // Stands still in the middle of a shard, with whole ones before it.
    const script = `
      const [prepare, scan, order] = process.argv.slice(1);
      const { prepareImages } = await import(prepare);
      const { samples } = await (await import(scan)).scanFolders([process.argv[4]]);
      await prepareImages({ ...JSON.parse(order), samples, threads: 0, onProgress({ done }) {
        if (done < 5) return;
        process.stdout.write('five');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      } });`;
    const settings = preparedSettings(plan(32));
    const modules = ['../preparing/prepare-images.ts', '../scan/scan.ts'].map(
      (name) => workerUrl(import.meta.url, name).href,
    );
    const order = JSON.stringify({ settings, folder, shardBytes: 20_000 });
    const args = ['--input-type=module', '-e', script, ...modules, order, root];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.once('data', () => child.kill('SIGKILL'));
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    const left = await PreparedImages.open(folder);
    expect(left.count).toBeGreaterThan(0);
    expect(left.count).toBeLessThan(COUNT);
    const again = await prepare(folder, 32);
    expect(again).toMatchObject({ images: COUNT, written: COUNT - left.count });
    const whole = await fresh();
    await prepare(whole, 32);
    const [resumed, atOnce] = await Promise.all(
      [folder, whole].map(async (one) =>
        views(plan(32), index.samples, await PreparedImages.open(one)),
      ),
    );
    expect(bytesOf(resumed!.views).equals(bytesOf(atOnce!.views))).toBe(true);
  });

  it('says how much space it takes, and refuses where there is less', async () => {
    const folder = await fresh();
    let needed = 0;
    const onPlan = ({ neededBytes }: { neededBytes: number }) => {
      needed = neededBytes;
    };
    const small = { ...nodeDisk, room: async () => ({ bytes: 1000, files: undefined }) };
    const error = prepare(folder, 24, { onPlan, disk: small });
    await expect(error).rejects.toMatchObject({ code: 'disk-full', details: { freeBytes: 1000 } });
    expect(await readdir(folder)).toEqual([]);
    await prepare(folder, 24);
    const { size: length } = await stat(shardPath(folder, 0));
    expect(length - needed).toBeGreaterThanOrEqual(0);
    expect(length - needed).toBeLessThan(100);
  });
  it('names images that cannot be read', async () => {
    const folder = await fresh();
    const gone = { ...index.samples.at(0)!, path: path.join(root, 'gone.png'), hash: 'gone' };
    const { unreadable, written } = await prepare(folder, 24, { samples: [gone] });
    expect(unreadable).toEqual([{ path: gone.path, reason: expect.stringContaining('not there') }]);
    expect(written).toBe(0);
  });
});

describe('damage', () => {
  it('is found by its checksum, named once, and the file is read instead', async () => {
    const folder = await fresh();
    await prepare(folder, 80);
    const prepared = await PreparedImages.open(folder);
    const sample = index.samples.at(0);
    const { shard, offset } = prepared.find(sample!)!;
    const file = await open(shard, 'r+');
    await file.write(Uint8Array.of(1, 2, 3), 0, 3, offset + 100 * SIZE.width * 3);
    await file.close();
    const files = await views(plan(80), index.samples);
    const ready = await views(plan(80), index.samples, prepared);
    expect(bytesOf(ready.views).equals(bytesOf(files.views))).toBe(true);
    expect(ready.damaged).toEqual([{ path: sample!.path, reason: 'a checksum is wrong' }]);
    expect(ready.damagedAgain).toEqual([]);
  });
  it('of the records of a shard leaves its images to their files, and is mended', async () => {
    const folder = await fresh();
    await prepare(folder, 24, { shardBytes: 1 });
    const shard = shardPath(folder, 2);
    const { size: length } = await stat(shard);
    const file = await open(shard, 'r+');
    await file.write(Uint8Array.of(255), 0, 1, length - 30);
    await file.close();
    const { count, damaged } = await PreparedImages.open(folder);
    expect({ count, damaged }).toEqual({ count: COUNT - 1, damaged: [path.basename(shard)] });
    expect(await prepare(folder, 24)).toMatchObject({ images: COUNT, written: 1 });
    expect((await PreparedImages.open(folder)).damaged).toEqual([]);
  });
});
