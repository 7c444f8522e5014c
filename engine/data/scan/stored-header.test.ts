import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arrayFile } from '../../images/npy/testing/array-file.ts';
import { TIFF_CELLS } from '../../images/tiff/testing/cells.ts';
import type { FileFacts } from './file-facts.ts';
import { probeFile } from './probe-file.ts';
import { readStoredHeader } from './stored-header.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-stored-headers-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const order = { tiles: 'auto', stacks: 'C', pixelLimit: 1e6 } as const;

/** What both depths of a scan must agree on; undefined where the file is refused. */
async function ofFull(file: string): Promise<ReturnType<typeof comparable> | undefined> {
  const whole = { ...order, size: 0, modifiedMs: 0, named: true };
  const found = await probeFile(file, whole).catch(() => undefined);
  return found && comparable(found as unknown as FileFacts);
}

function comparable({ format, width, height, orientation, stored, looks }: Partial<FileFacts>) {
  return { format, width, height, orientation, stored, pictures: looks?.length };
}

async function compare(name: string, content: Uint8Array): Promise<'same' | 'left'> {
  const file = path.join(root, 'file');
  await writeFile(file, content);
  const quick = await readStoredHeader(file, order).catch(() => undefined);
  if (quick === undefined) return 'left';
  const full = await ofFull(file);
  // Whether pixels can be decoded is known when they are.
  if (full !== undefined) expect(comparable(quick), name).toEqual(full);
  expect([quick.hash, quick.bytes]).toEqual(['', content.length]);
  return 'same';
}

it('agree with what the content tells, for TIFF of every kind', async () => {
  const counts = { same: 0, left: 0 };
  for (const { name, file } of TIFF_CELLS) counts[await compare(name, file)]++;
  expect(counts.same).toBeGreaterThan(TIFF_CELLS.length / 2);
});

it.each([
  // Reports and structures have no picture, and some kinds are refused.
  ['DICOM', 'dicom', /\.dcm$/, 3],
  ['NIfTI', 'nifti', /\.nii(\.gz)?$/, 1],
  ['PNM', 'pnm', /\.p.m$/, 0],
] as const)('agree with what the content tells, for %s', async (_, format, pattern, refused) => {
  const folder = path.join(import.meta.dirname, '../../images', format, 'fixtures');
  const names = (await readdir(folder)).filter((name) => pattern.test(name));
  let same = 0;
  for (const name of names)
    if ((await compare(name, await readFile(path.join(folder, name)))) === 'same') same++;
  expect(same).toBeGreaterThanOrEqual(names.length - refused);
});

it('agree with what the content tells, for arrays of NumPy', async () => {
  const values = Float32Array.from({ length: 2 * 4 * 50 * 40 }, (_, i) => i);
  for (const shape of [
    [40, 50],
    [4, 40, 50],
    [40, 50, 4],
    [2, 4, 40, 50],
  ]) {
    const count = shape.reduce((product, size) => product * size);
    const content = arrayFile(values.subarray(0, count), shape);
    expect(await compare(shape.join(), content)).toBe('same');
  }
});

it('know plain pages of bytes, however they are turned and compressed', async () => {
  for (const compression of ['none', 'lzw', 'deflate', 'packbits'] as const)
    for (const orientation of [1, 6]) {
      const blank = sharp({ create: { width: 30, height: 20, channels: 3, background: '#468' } });
      const content = await blank.withMetadata({ orientation }).tiff({ compression }).toBuffer();
      expect(await compare(`${compression} ${orientation}`, content)).toBe('same');
    }
});

it('leave it to the content where tiles are asked for, and for other formats', async () => {
  const blank = sharp({ create: { width: 30, height: 20, channels: 3, background: '#468' } });
  const file = path.join(root, 'blank.tif');
  await writeFile(file, await blank.tiff().toBuffer());
  const grid = { size: 16, overlap: 0, level: 0, keepsEmpty: false };
  expect(await readStoredHeader(file, { ...order, tiles: grid })).toBeUndefined();
  await writeFile(file, await blank.jpeg().toBuffer());
  expect(await readStoredHeader(file, order)).toBeUndefined();
});
