import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanFolders } from '../scan/scan.ts';
import { NetworkInput } from '../views/network-input.ts';
import { decodeImage } from './decode.ts';

const [WIDTH, HEIGHT, PAGES] = [40, 36, 3];
let root: string;
const at = (name: string) => path.join(root, name);

/** Waves of another length in each picture. */
function pictureOf(number: number): Uint8Array {
  return Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
    return 128 + 100 * Math.sin((x * (number + 1)) / 9 + y / 5 + (i % 3));
  });
}

async function stackOf(format: 'tiff' | 'gif' | 'webp'): Promise<Buffer> {
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
  const pages = Array.from({ length: PAGES }, (_, i) => sharp(pictureOf(i), { raw }).png());
  const buffers = await Promise.all(pages.map((page) => page.toBuffer()));
  const options = format === 'tiff' ? { compression: 'none' } : {};
  return sharp(buffers, { join: { animated: true } })
    [format](options as never)
    .toBuffer();
}

/** The height of the second page of a little-endian file is made smaller. */
function withUnlikePages(stack: Buffer): Buffer {
  const changed = Buffer.from(stack);
  const first = changed.readUInt32LE(4);
  const second = changed.readUInt32LE(first + 2 + 12 * changed.readUInt16LE(first));
  for (let i = 0; i < changed.readUInt16LE(second); i++) {
    const field = second + 2 + 12 * i;
    if (changed.readUInt16LE(field) === 257) changed.writeUInt16LE(HEIGHT / 2, field + 8);
  }
  return changed;
}

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-pictures-'));
  const stack = await stackOf('tiff');
  await writeFile(at('stack.tif'), stack);
  await writeFile(at('unlike.tif'), withUnlikePages(stack));
  for (const format of ['gif', 'webp'] as const)
    await writeFile(at(`moving.${format}`), await stackOf(format));
  await writeFile(at('plain.tif'), await sharp(stack, { page: 0 }).tiff().toBuffer());
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('files of several pictures of 8 bits', () => {
  it('have their pages as samples, and say which pictures are not used', async () => {
    const { doubts, ...index } = await scanFolders([root]);
    const samples = [...index.samples];
    expect(samples.map(({ path: one }) => path.relative(root, one))).toEqual([
      'moving.gif',
      'moving.webp',
      'plain.tif',
      'stack.tif#page=0',
      'stack.tif#page=1',
      'stack.tif#page=2',
      'unlike.tif',
    ]);
    expect(samples.map(({ otherPictures = 0 }) => otherPictures)).toEqual([2, 2, 0, 0, 0, 0, 2]);
    expect(doubts).toEqual([expect.stringContaining('(6 others are left out)')]);
    expect(doubts[0]).toContain(': 3 of 7: ');
    expect(samples[2]).not.toHaveProperty('stored');
    expect(samples[3]!.stored).toMatchObject({ channels: 3, colours: 'rgb', bits: 8 });
  });

  it('give a network each page', async () => {
    const input = new NetworkInput({ mean: [0, 0, 0], std: [1, 1, 1] });
    for (let page = 0; page < PAGES; page++) {
      const out = new Float32Array(3 * WIDTH * HEIGHT);
      input.write(await input.decode(at(`stack.tif#page=${page}`)), out);
      const expected = pictureOf(page);
      for (const i of [0, 777, WIDTH * HEIGHT - 1])
        for (let c = 0; c < 3; c++)
          expect(out[c * WIDTH * HEIGHT + i]).toBeCloseTo(expected[3 * i + c]! / 255, 6);
    }
  });

  it('have no picture of another number', async () => {
    const message = 'it has 1 picture, and none of number 1';
    for (const name of ['plain.tif#page=1', 'moving.gif#frame=1'])
      await expect(decodeImage(at(name))).rejects.toThrow(message);
  });
});
