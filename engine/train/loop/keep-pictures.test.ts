import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { nodeDisk } from '../../disk/disk.ts';
import { keepPictures } from './keep-pictures.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'conmim-pictures-'));
afterAll(() => rmSync(dir, { recursive: true }));

const picture = { width: 8, height: 4, data: new Uint8Array(8 * 4 * 3).fill(200) };
const session = { run: { dir, picturesDir: path.join(dir, 'pictures') }, disk: nodeDisk };
const pictures = {
  legend: [{ name: 'cat', colour: '#800000' }],
  images: [{ path: '/a.png', views: [{ title: 'Truth', picture }] }],
};

it('writes pictures beside the log, and keeps those of the newest evaluations', async () => {
  for (let step = 10; step <= 150; step += 10) {
    const event = await keepPictures(session as never, step, pictures);
    expect(event).toEqual({
      type: 'pictures',
      step,
      legend: pictures.legend,
      images: [{ path: '/a.png', views: [{ title: 'Truth', file: `pictures/${step}/0-0.webp` }] }],
    });
  }
  const kept = readdirSync(session.run.picturesDir).map(Number);
  expect(kept.sort((a, b) => a - b)[0]).toBe(40);
  expect(kept).toHaveLength(12);
  const file = path.join(dir, 'pictures/150/0-0.webp');
  expect(await sharp(file).metadata()).toMatchObject({ format: 'webp', width: 8, height: 4 });
  expect(existsSync(`${file}.tmp-${process.pid}`)).toBe(false);
});
