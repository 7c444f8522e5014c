import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { scanFolders } from '../scan/scan.ts';
import { findDoubts } from '../sources/doubts.ts';
import { decodeImage } from './decode.ts';
import { readFilePixels } from './file-pixels.ts';

const SIDE = 40;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-left-out-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** An uncompressed TIFF file of one strip for each plane. */
function tiff(
  planes: readonly Buffer[],
  tags: Readonly<Record<number, readonly number[]>>,
): Buffer {
  const pixels = Buffer.concat(planes);
  const offsets = planes.map((_, i) => 8 + planes[0]!.length * i);
  const lengths = planes.map((plane) => plane.length);
  const all = {
    256: [SIDE],
    257: [SIDE],
    259: [1],
    278: [SIDE],
    ...tags,
    273: offsets,
    279: lengths,
  };
  const entries = Object.entries(all).map(([tag, values]) => ({ tag: Number(tag), values }));
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  const far: Buffer[] = [];
  let farAt = 8 + pixels.length + directory.length;
  directory.writeUInt16LE(entries.length, 0);
  entries.forEach(({ tag, values }, i) => {
    const at = 2 + i * 12;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(4, at + 2);
    directory.writeUInt32LE(values.length, at + 4);
    const [only, more] = values;
    directory.writeUInt32LE(more === undefined ? only! : farAt, at + 8);
    if (more === undefined) return;
    far.push(Buffer.from(Uint32Array.from(values).buffer));
    farAt += values.length * 4;
  });
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(8 + pixels.length, 4);
  return Buffer.concat([head, pixels, directory, ...far]);
}

async function reasonOf(name: string, content: Buffer): Promise<string | undefined> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  const index = await scanFolders([folder]).catch(({ details }) => details);
  return index.unreadable.find((one: { path: string }) => one.path === file)?.reason;
}

describe('a picture of which the decoder leaves a part out', () => {
  it('is read as it is stored where grey and transparency lie apart', async () => {
    const plane = Buffer.from(Uint8Array.from({ length: SIDE * SIDE }, (_, i) => i % 251));
    const tags = { 258: [8, 8], 262: [1], 277: [2], 338: [2] };
    const together = Buffer.alloc(2 * plane.length, 255);
    plane.forEach((value, i) => {
      together[2 * i] = value;
    });
    expect(await reasonOf('together.tif', tiff([together], tags))).toBeUndefined();
    const { data } = await decodeImage(path.join(folder, 'together.tif'));
    expect(Buffer.from(data.filter((_, i) => i % 3 === 0))).toEqual(plane);
    const apart = tiff([plane, Buffer.alloc(plane.length, 255)], { ...tags, 284: [2] });
    expect(await reasonOf('apart.tif', apart)).toBeUndefined();
    await expect(decodeImage(path.join(folder, 'apart.tif'))).rejects.toThrow('stored apart');
    const { channels, values } = await readFilePixels(path.join(folder, 'apart.tif'), 0, 'type');
    expect(channels).toBe(1);
    expect(Buffer.from(values.map((value) => 255 * value))).toEqual(plane);
  });

  it('is named where 12 bits in 16 would be nearly white', async () => {
    const values = Uint16Array.from({ length: SIDE * SIDE }, (_, i) => (i * 37) % 4096);
    const file = tiff([Buffer.from(values.buffer)], { 258: [16], 262: [0], 277: [1] });
    expect(await reasonOf('white.tif', file)).toBeUndefined();
    const doubts = findDoubts((await scanFolders([folder])).samples);
    const narrow = doubts.find(({ code }) => code === 'small-range');
    expect(narrow?.items).toContain(path.join(folder, 'white.tif'));
  });

  it('is named where bytes of a part that is deflated have changed', async () => {
    const random = new RandomStream(1, 'test', 0);
    const noise = Buffer.from(Uint8Array.from({ length: 60 * 60 * 3 }, () => random.integer(90)));
    const raw = { width: 60, height: 60, channels: 3 } as const;
    const whole = await sharp(noise, { raw }).tiff({ compression: 'deflate' }).toBuffer();
    expect(await reasonOf('deflate.tif', whole)).toBeUndefined();
    let damaged = 0;
    for (let at = 500; at < 4000; at += 500) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      const reason = await reasonOf(`changed-${at}.tif`, changed);
      expect(reason ?? 'none').toContain('image is damaged');
      if (reason?.includes('checksum')) damaged++;
    }
    expect(damaged).toBeGreaterThan(0);
  });

  it('is named where the data of a GIF end early, and read where they do not', async () => {
    for (const colours of [2, 4, 64, 256]) {
      const noise = Buffer.from(Uint8Array.from({ length: 90 * 120 * 3 }, (_, i) => (i * i) >> 3));
      const raw = { width: 90, height: 120, channels: 3 } as const;
      const whole = await sharp(noise, { raw }).gif({ colours, interFrameMaxError: 0 }).toBuffer();
      expect(await reasonOf(`whole-${colours}.gif`, whole)).toBeUndefined();
      // The second block of the picture's data becomes the one that ends them.
      const picture = whole.indexOf(Buffer.of(0x2c, 0, 0, 0, 0, 90, 0, 120, 0));
      const packed = whole[picture + 9]!;
      const data = picture + 10 + (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0) + 1;
      const cut = Buffer.from(whole);
      cut[data + 1 + whole[data]!] = 0;
      expect(await reasonOf(`cut-${colours}.gif`, cut)).toContain('ends before its picture does');
    }
  });
});

it('a bright spot does not hide that an image uses a small part of its range', async () => {
  const dark = await mkdtemp(path.join(folder, 'spot-'));
  const values = Uint16Array.from({ length: 160 * 160 }, (_, i) => (i * 37) % 4096);
  values[5000] = 65_535;
  const raw = { width: 160, height: 160, channels: 1 } as const;
  await sharp(values, { raw }).toColourspace('grey16').png().toFile(path.join(dark, 'a.png'));
  const { doubts } = await scanFolders([dark]);
  expect(doubts.join()).toMatch(/quarter of the range of their type/);
});
