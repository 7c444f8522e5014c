import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { afterAll, expect, it } from 'vitest';
import { BatchLoader } from '../loader/batch-loader.ts';
import { Sampler } from '../loader/sampler.ts';
import { ObjectsRenderer } from './objects-view.ts';
import type { ObjectsPlan, RenderedPlace, RenderSource } from './render-plan.ts';
import type { ViewObjects } from './view-objects.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-objects-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [BRIGHT, DARK] = [220, 40];

/** A dark image with one bright rectangle, and the object that it is. */
function write(name: string, width: number, height: number): RenderSource {
  const [left, top] = [Math.floor(width / 4), Math.floor(height / 3)];
  const [across, down] = [Math.floor(width / 2), Math.floor(height / 2)];
  const data = new Uint8Array(3 * width * height).fill(DARK);
  for (let y = top; y < top + down; y++)
    data.fill(BRIGHT, 3 * (y * width + left), 3 * (y * width + left + across));
  const at = path.join(folder, `${name}.png`);
  writeFileSync(at, encode({ width, height, data, channels: 3 }));
  const [right, bottom] = [left + across, top + down];
  const polygon = [left, top, right, top, right, bottom, left, bottom];
  const object = {
    label: 2,
    box: [left, top, across, down] as const,
    mask: { polygons: [polygon] },
    crowd: false,
  };
  return { path: at, width, height, objects: [object] };
}

const [wide, small] = [write('wide', 90, 60), write('small', 24, 40)];

const plan: ObjectsPlan = {
  kind: 'objects',
  imageSize: [32, 48],
  seed: 3,
  flip: 0.5,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  scale: [0.5, 2],
  photometric: false,
  colorJitter: 0,
  maskSize: [32, 48],
};

it('moves image, boxes and masks together', async () => {
  const renderer = new ObjectsRenderer(plan);
  let [bright, dark] = [0, 0];
  for (let sampleId = 0; sampleId < 40; sampleId++) {
    const ids = { epoch: 1, sampleId, repeat: 0 };
    const view = new Float32Array(3 * 32 * 48);
    const place: RenderedPlace = { views: [view] };
    renderer.write(await renderer.decode(sampleId % 2 === 0 ? wide : small, ids), ids, place);
    const { boxes, masks } = place.objects!;
    if (boxes.length === 0) continue;
    const [x, y, w, h] = boxes;
    for (let i = 0; i < 32 * 48; i++) {
      const [u, v] = [(i % 48) + 0.5, Math.floor(i / 48) + 0.5];
      const across = Math.abs(u - x! * 48) - (w! * 48) / 2;
      const down = Math.abs(v - y! * 32) - (h! * 32) / 2;
      const distance = Math.max(across, down);
      // Near its border the image is blended.
      if (Math.abs(distance) < 3) continue;
      const grey = 127.5 * view[i]! + 127.5;
      expect(masks![i], `${sampleId} at ${i}`).toBe(Number(distance < 0));
      if (distance < 0) expect(Math.abs(grey - BRIGHT), `${sampleId} at ${i}`).toBeLessThan(3);
      else expect(grey, `${sampleId} at ${i}`).toBeLessThan(128.5);
      if (distance < 0) bright++;
      else dark++;
    }
  }
  expect(bright).toBeGreaterThan(1000);
  expect(dark).toBeGreaterThan(1000);
});

it('shows the whole image at scale 1', async () => {
  const renderer = new ObjectsRenderer({ ...plan, scale: [1, 1], flip: 0 });
  const ids = { epoch: 0, sampleId: 0, repeat: 0 };
  const place: RenderedPlace = { views: [new Float32Array(3 * 32 * 48)] };
  renderer.write(await renderer.decode(small, ids), ids, place);
  // 24 x 40 fits into 48 x 32 as 19 x 32.
  expect(place.objects!.shown).toMatchObject({ top: 0, height: 32, width: 19 });
  expect(place.objects!.boxes[3]).toBeCloseTo(0.5);
});

it('is the same in workers and without, batch by batch', async () => {
  const samples = [wide, small, wide, small, wide];
  const batches = async (workers: number) => {
    const sampler = new Sampler({ count: samples.length, batchSize: 2, seed: 1 });
    const loader = new BatchLoader({ plan, batchSize: 2, workers, startStep: 0, samples, sampler });
    const all: [Float32Array, readonly ViewObjects[]][] = [];
    for (let step = 0; step < 6; step++) {
      const { views, objects } = await loader.next();
      all.push([views[0]!.slice(), objects!]);
    }
    await loader.close();
    return all;
  };
  const alone = await batches(0);
  expect(alone.every(([, objects]) => objects.length === 2)).toBe(true);
  expect(await batches(2)).toEqual(alone);
});

it('gives an image in place of a broken one its own objects', async () => {
  const gone = { ...write('gone', 30, 30), objects: [] };
  rmSync(gone.path);
  const sampler = new Sampler({ count: 2, batchSize: 2, seed: 1 });
  const settings = {
    plan: { ...plan, scale: [1, 1] as const },
    batchSize: 2,
    startStep: 0,
    sampler,
  };
  const loader = new BatchLoader({ ...settings, workers: 0, samples: [wide, gone] });
  const { replaced, objects } = await loader.next();
  await loader.close();
  expect(replaced).toMatchObject([{ path: gone.path, substitute: wide.path }]);
  expect(objects!.map(({ classes }) => [...classes])).toEqual([[2], [2]]);
});
