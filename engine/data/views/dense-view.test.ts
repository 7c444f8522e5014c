import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { afterAll, expect, it } from 'vitest';
import { BatchLoader } from '../loader/batch-loader.ts';
import { Sampler } from '../loader/sampler.ts';
import { IGNORED } from '../targets/masks/mask-values.ts';
import { DenseRenderer } from './dense-view.ts';
import type { DensePlan, RenderSource } from './render-plan.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-dense-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Brightness of the image where each class is. */
const GREYS = [40, 128, 220];

/** An image of three brightnesses in blocks, and the mask that says which. */
function write(name: string, width: number, height: number): RenderSource {
  const classes = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return (Math.floor((3 * x) / width) + Math.floor((2 * y) / height)) % 3;
  });
  const image = Uint8Array.from(
    { length: 3 * classes.length },
    (_, i) => GREYS[classes[Math.floor(i / 3)]!]!,
  );
  const [at, mask] = [path.join(folder, `${name}.png`), path.join(folder, `${name}-mask.png`)];
  writeFileSync(at, encode({ width, height, data: image, channels: 3 }));
  writeFileSync(mask, encode({ width, height, data: classes, channels: 1 }));
  return { path: at, width, height, mask: { path: mask, hash: name, pixels: [] } };
}

const wide = write('wide', 90, 60);
const small = write('small', 24, 24);

const plan: DensePlan = {
  kind: 'dense',
  imageSize: [32, 48],
  seed: 3,
  flip: 0.5,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  scale: [0.5, 2],
  photometric: false,
  colorJitter: 0,
  values: { isColour: false, classes: [0, 1, 2], ignored: [] },
};

async function rendered(source: RenderSource, sampleId: number, changes: Partial<DensePlan> = {}) {
  const renderer = new DenseRenderer({ ...plan, ...changes });
  const ids = { epoch: 0, sampleId, repeat: 0 };
  const [view, labels] = [new Float32Array(3 * 32 * 48), new Uint16Array(32 * 48)];
  renderer.write(await renderer.decode(source, ids), ids, { views: [view], labels });
  return { view, labels };
}

/** Pixels whose neighbours are of one class, where the image is not blended. */
function inside(labels: Uint16Array, i: number): boolean {
  const [x, y] = [i % 48, Math.floor(i / 48)];
  if (x < 3 || y < 3 || x > 44 || y > 28) return false;
  for (let dy = -3; dy <= 3; dy++)
    for (let dx = -3; dx <= 3; dx++) if (labels[i + 48 * dy + dx] !== labels[i]) return false;
  return true;
}

it('moves image and classes together', async () => {
  const seen = new Set<number>();
  let padded = 0;
  for (let sample = 0; sample < 24; sample++) {
    const { view, labels } = await rendered(sample % 2 === 0 ? wide : small, sample);
    for (const [i, label] of labels.entries()) {
      if (!inside(labels, i)) continue;
      const grey = label === IGNORED ? 127.5 : GREYS[label]!;
      expect(Math.abs(127.5 * view[i]! + 127.5 - grey), `${sample} at ${i}`).toBeLessThan(2);
      seen.add(label);
      padded += Number(label === IGNORED);
    }
  }
  expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, IGNORED]);
  expect(padded).toBeGreaterThan(100);
});

it('covers the view at scale 1, and shows all of an image of its shape', async () => {
  const { labels } = await rendered(wide, 0, { scale: [1, 1], flip: 0 });
  expect(labels.includes(IGNORED)).toBe(false);
  expect([labels[0], labels[47], labels[32 * 48 - 48], labels[32 * 48 - 1]]).toEqual([0, 2, 1, 0]);
});

it('mirrors both', async () => {
  const [plain, mirrored] = [
    await rendered(wide, 5, { flip: 0, scale: [1, 1] }),
    await rendered(wide, 5, { flip: 1, scale: [1, 1] }),
  ];
  for (let y = 0; y < 32; y++)
    for (let x = 0; x < 48; x++) {
      const [i, j] = [y * 48 + x, y * 48 + 47 - x];
      expect(mirrored.labels[i]).toBe(plain.labels[j]);
      expect(mirrored.view[i]).toBe(plain.view[j]);
    }
});

it('changes colours and no classes', async () => {
  const plain = await rendered(wide, 2, { scale: [1, 1] });
  for (const changed of [{ colorJitter: 0.4 }, { photometric: true }]) {
    const { view, labels } = await rendered(wide, 2, { scale: [1, 1], ...changed });
    expect(labels).toEqual(plain.labels);
    expect(view).not.toEqual(plain.view);
    // Of an epoch and an image they are the same whenever they are drawn.
    expect((await rendered(wide, 2, { scale: [1, 1], ...changed })).view).toEqual(view);
  }
});

it('is the same in workers and without, batch by batch', async () => {
  const samples = [wide, small, wide, small, wide];
  const batches = async (workers: number) => {
    const sampler = new Sampler({ count: samples.length, batchSize: 2, seed: 1 });
    const loader = new BatchLoader({ plan, batchSize: 2, workers, startStep: 0, samples, sampler });
    const all: [Float32Array, Uint16Array][] = [];
    for (let step = 0; step < 4; step++) {
      const { views, labels } = await loader.next();
      all.push([views[0]!.slice(), labels!.slice()]);
    }
    await loader.close();
    return all;
  };
  expect(await batches(2)).toEqual(await batches(0));
});

it('replaces an image whose mask is gone, and names it', async () => {
  const gone = write('gone', 30, 30);
  rmSync(gone.mask!.path);
  const samples = [wide, gone];
  const sampler = new Sampler({ count: samples.length, batchSize: 2, seed: 1 });
  const loader = new BatchLoader({
    plan,
    batchSize: 2,
    workers: 0,
    startStep: 0,
    samples,
    sampler,
  });
  const { replaced, labels } = await loader.next();
  await loader.close();
  expect(replaced).toMatchObject([{ path: gone.path, substitute: wide.path }]);
  expect(labels!.some((label) => label !== IGNORED)).toBe(true);
});
