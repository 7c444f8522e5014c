import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { settingOptions } from '../contract/jobs/fields.ts';
import { writeSlide } from '../data/pixels/tiles/testing/slide.ts';
import { follow, startConmim } from './testing/real-process.ts';
import { SMALL_PRETRAINING } from './testing/small-pretraining.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-tiled-run-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('pre-trains on the tiles of a pyramid of 20,000 x 20,000 pixels', async () => {
  const slides = path.join(folder, 'slides');
  await mkdir(slides);
  const slide = path.join(slides, 'slide.tif');
  await writeFile(slide, writeSlide(20_000, { copies: 5 }));
  expect((await stat(slide)).size).toBeLessThan(2_000_000);
  const options = ['--recipe', 'micro', '--device', 'cpu', '--steps', '2'];
  const { lines, code, errors } = await follow(
    startConmim(folder, [
      'pretrain',
      ...['--data', slides, '--name', 'slides', ...options],
      ...settingOptions({ ...SMALL_PRETRAINING, seed: 1 }),
    ]),
  );
  expect(code, errors).toBe(0);
  const { dir } = lines.find(({ type }) => type === 'run')!;
  const { dataset, recipe } = JSON.parse(await readFile(path.join(dir!, 'run.json'), 'utf8'));
  expect(recipe.tiles).toBe('auto');
  // The disc of tissue covers a fifth of the 40 x 40 tiles.
  expect(dataset.images).toBeGreaterThan(310);
  expect(dataset.images).toBeLessThan(400);
  const events = await readFile(path.join(dir!, 'events.jsonl'), 'utf8');
  const empty = 1600 - dataset.images;
  expect(events).toContain(
    `1 image is read as ${dataset.images} tiles; ${empty.toLocaleString('en')} empty tiles are left out.`,
  );
});
