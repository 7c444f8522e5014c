/** A prediction job of the studio, its rows, and the labels that are given to them. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RequestOf } from '../../contract/jobs/register.ts';
import type { StudioHost } from '../../contract/studio/host.ts';
import type { Job } from '../../contract/studio/jobs.ts';
import { writeSmallImage } from '../../data/testing/small-images.ts';
import { exportSafetensors } from '../../models/export/safetensors.ts';
import { tinyModel } from '../../models/export/testing/tiny-models.ts';
import { openStudio } from '../studio.ts';

let base: string;
let studio: StudioHost;
const at = (...names: string[]) => path.join(base, ...names);

beforeAll(async () => {
  base = mkdtempSync(path.join(os.tmpdir(), 'conmim-studio-predictions-'));
  for (let i = 0; i < 6; i++) await writeSmallImage(at('images'), `${i}.png`, i);
  writeFileSync(at('images', 'broken.png'), 'no image');
  await exportSafetensors(at('model.safetensors'), tinyModel({ pooling: 'mean' }));
  studio = await openStudio({
    workspace: at('workspace'),
    host: 'server',
    roots: [at('workspace')],
  });
});
afterAll(async () => {
  await studio.close();
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
});

const request = (over: Partial<RequestOf<'predict'>> = {}): RequestOf<'predict'> => ({
  kind: 'predict',
  model: at('model.safetensors'),
  data: [at('images')],
  device: 'cpu',
  ...over,
});

async function jobWhen(id: string, wanted: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = (await studio.call('jobs.list', {})).find((found) => found.id === id);
    if (job !== undefined && wanted(job)) return job;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('shows rows of a job, its images, and makes a labelled set of them', async () => {
  const before = readdirSync(at('images'));
  const { id } = await studio.call('jobs.submit', request());
  const job = await jobWhen(id, ({ state }) => state === 'done' || state === 'failed');
  expect(job).toMatchObject({ state: 'done', result: { type: 'predict', images: 6, leftOut: 1 } });
  const first = at('images', '0.png');
  await expect(studio.readImage(first, 64)).rejects.toMatchObject({ code: 'image-not-in-dataset' });
  const page = await studio.call('predictions.get', {
    job: id,
    offset: 0,
    count: 4,
    order: 'most',
  });
  expect(page).toMatchObject({ classes: ['ant', 'bee', 'wasp'], several: false, all: 6, total: 6 });
  expect(page.leftOut).toMatchObject({ count: 1, files: [{ path: at('images', 'broken.png') }] });
  expect(page.items).toHaveLength(4);
  expect((await studio.readImage(page.items[0]!.path, 64)).type).toBe('image/webp');
  await expect(studio.readImage(at('images', 'broken.png'), 64)).rejects.toThrow();

  const rows = page.items.map(({ row }, i) => ({ row, labels: [i === 0 ? 'bee' : 'ant'] }));
  const set = await studio.call('predictions.label', { job: id, set: 'Corrections: 1', rows });
  expect(set).toMatchObject({ kind: 'labelled', name: 'Corrections: 1' });
  expect(set.folders).toEqual([at('workspace', 'labels', 'Corrections- 1.csv')]);
  const again = [{ row: page.items[1]!.row, labels: ['wasp'] }];
  await studio.call('predictions.label', { job: id, set: 'Corrections: 1', rows: again });
  const ready = async () => (await studio.call('datasets.list', {}))[0]?.report?.classes;
  await expect
    .poll(ready)
    .toEqual(['ant', 'bee', 'wasp'].map((name, i) => ({ name, images: i === 0 ? 2 : 1 })));
  const labelled = await studio.call('predictions.get', {
    job: id,
    offset: 0,
    count: 4,
    order: 'most',
    set: 'Corrections: 1',
  });
  expect(labelled.items.map(({ labels }) => labels)).toEqual([['bee'], ['wasp'], ['ant'], ['ant']]);
  expect(readdirSync(at('images'))).toEqual(before);
});

it('refuses names without a letter, and jobs that are none', async () => {
  const { id } = await studio.call('jobs.submit', { kind: 'selftest', device: 'none' });
  const get = studio.call('predictions.get', { job: id, offset: 0, count: 1 });
  await expect(get).rejects.toMatchObject({ code: 'predictions-missing' });
  const { id: other } = await studio.call('jobs.submit', request());
  const label = { job: other, set: '../..', rows: [{ row: 0, labels: ['ant'] }] };
  await expect(studio.call('predictions.label', label)).rejects.toMatchObject({
    code: 'label-set-name',
  });
});

it('watches a folder beside other jobs, and keeps its rows when it is stopped', async () => {
  mkdirSync(at('inbox'));
  const watch = await studio.call('jobs.submit', request({ data: [at('inbox')], watch: true }));
  await jobWhen(watch.id, ({ progress }) => progress?.text === 'Waiting for new images');
  await writeSmallImage(at('inbox'), 'new.png', 9);
  const other = await studio.call('jobs.submit', request());
  await jobWhen(other.id, ({ state }) => state === 'done');
  const get = () => studio.call('predictions.get', { job: watch.id, offset: 0, count: 9 });
  await expect.poll(async () => (await get()).all).toBe(1);
  await studio.call('jobs.stop', { id: watch.id });
  await jobWhen(watch.id, ({ state }) => state === 'stopped');
  expect((await get()).items[0]!.path).toBe(at('inbox', 'new.png'));
});
