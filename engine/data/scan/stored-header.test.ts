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

function comparable(facts: Partial<FileFacts>) {
  const { format, width, height, orientation, stored, looks, extraChannel, otherPictures } = facts;
  const pictures = looks?.length;
  return { format, width, height, orientation, stored, pictures, extraChannel, otherPictures };
}

/** Files that cannot be used at all are left to whoever reads the whole file. */
async function compare(name: string, content: Uint8Array): Promise<'same' | 'refused' | 'left'> {
  const file = path.join(root, 'file');
  await writeFile(file, content);
  const quick = await readStoredHeader(file, order).catch(() => undefined);
  const full = await ofFull(file);
  if (quick === undefined) return full === undefined ? 'refused' : 'left';
  // Whether pixels can be decoded is known when they are.
  if (full !== undefined) expect(comparable(quick), name).toEqual(full);
  expect([quick.hash, quick.bytes]).toEqual(['', content.length]);
  return 'same';
}

it('agree with what the content tells, for TIFF of every kind', async () => {
  const left: string[] = [];
  let same = 0;
  for (const { name, file } of TIFF_CELLS) {
    const found = await compare(name, file);
    if (found === 'left') left.push(name);
    if (found === 'same') same++;
  }
  expect(left).toEqual([]);
  expect(same).toBeGreaterThan(0.9 * TIFF_CELLS.length);
});

it.each([
  // A report and structures have no picture, and three kinds of JPEG XL are refused.
  ['DICOM', 'dicom', /\.dcm$/, 5],
  ['NIfTI', 'nifti', /\.nii(\.gz)?$/, 1],
  ['PNM', 'pnm', /\.p.m$/, 0],
  ['PNG of 16 bits', 'png', /\.png$/, 0],
  ['HEIC', 'heif', /\.heic$/, 0],
  // Four components.
  ['JPEG 2000', 'jp2', /\.j(p2|2k)$/, 1],
  // Floating point numbers and an animation.
  ['JPEG XL', 'jxl', /\.jxl$/, 2],
] as const)('agree with what the content tells, for %s', async (_, format, pattern, refused) => {
  const folder = path.join(import.meta.dirname, '../../images', format, 'fixtures');
  const names = (await readdir(folder)).filter((name) => pattern.test(name));
  const counts = { same: 0, refused: 0, left: 0 };
  for (const name of names) counts[await compare(name, await readFile(path.join(folder, name)))]++;
  expect(counts).toEqual({ same: names.length - refused, refused, left: 0 });
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

it('know formats of bytes whose first bytes do not tell enough', async () => {
  const blank = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#468' } });
  const turned = () => blank(9, 8).withMetadata({ orientation: 6 });
  const frames = [await blank(8, 7).png().toBuffer(), await blank(8, 7).negate().png().toBuffer()];
  const join = { animated: true } as const;
  const files = {
    'PNG that is turned': await turned().png().toBuffer(),
    'WebP that is turned': await turned().webp().toBuffer(),
    AVIF: await turned().avif({ effort: 0 }).toBuffer(),
    'animated WebP': await sharp(frames, { join }).webp({ loop: 0 }).toBuffer(),
    'animated GIF': await sharp(frames, { join }).gif().toBuffer(),
    'TIFF with a palette': await blank(9, 8).png({ palette: true }).tiff().toBuffer(),
    'TIFF in YCbCr': await turned().tiff({ compression: 'jpeg' }).toBuffer(),
    'TIFF with transparency': await blank(9, 8).ensureAlpha(0.5).tiff().toBuffer(),
    BMP: bitmap(5, 3),
  };
  for (const [name, content] of Object.entries(files))
    expect(await compare(name, content), name).toBe('same');
});

/** 24 bits a pixel, black. */
function bitmap(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(54 + 4 * Math.ceil((3 * width) / 4) * height);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

it('leave it to the pixels where tiles are asked for, and content of no image to all others', async () => {
  const blank = sharp({ create: { width: 30, height: 20, channels: 3, background: '#468' } });
  const file = path.join(root, 'blank.tif');
  await writeFile(file, await blank.tiff().toBuffer());
  const grid = { size: 16, overlap: 0, level: 0, keepsEmpty: false };
  expect(await readStoredHeader(file, { ...order, tiles: grid })).toBeUndefined();
  await writeFile(file, 'no image at all');
  expect(await readStoredHeader(file, order)).toBeUndefined();
});
