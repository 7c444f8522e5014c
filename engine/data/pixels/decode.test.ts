import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, decodeRegion } from './decode.ts';
import type { Region, RgbImage } from './image.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);

function waves(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++, i++)
        data[i] = 128 + 100 * Math.sin((x * (c + 1)) / 90) * Math.cos(y / 70);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function cut(image: RgbImage, { top, left, width, height }: Region): number[] {
  const rows = Array.from({ length: height }, (_, y) => ((top + y) * image.width + left) * 3);
  return rows.flatMap((start) => [...image.data.subarray(start, start + width * 3)]);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-decode-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a region', () => {
  const region = { top: 5, left: 11, width: 30, height: 21 };
  const target = { width: 32, height: 32 };

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is cut from the oriented image, tag %d', async (tag) => {
    const file = at(`tag${tag}.png`);
    await waves(70, 50).withMetadata({ orientation: tag }).png().toFile(file);
    const whole = await decodeImage(file);
    expect([whole.width, whole.height]).toEqual(tag >= 5 ? [50, 70] : [70, 50]);
    const part = await decodeRegion(file, whole, region, target);
    expect([...part.data]).toEqual(cut(whole, region));
  });

  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)('of a %s is cut exactly', async (format) => {
    const file = at(`cut.${format}`);
    await waves(70, 50).toFormat(format).toFile(file);
    const whole = await decodeImage(file);
    const part = await decodeRegion(file, whole, region, target);
    expect([...part.data]).toEqual(cut(whole, region));
  });

  it.each([
    ['jpeg', 1],
    ['jpeg', 6],
    ['png', 8],
  ] as const)(
    'of a large %s, tag %d, is shrunk to no less than its target',
    async (format, tag) => {
      const file = at(`large${tag}.${format}`);
      await waves(900, 700).withMetadata({ orientation: tag }).toFormat(format).toFile(file);
      const whole = await decodeImage(file);
      const large = { top: 40, left: 24, width: 512, height: 400 };
      const part = await decodeRegion(file, whole, large, { width: 64, height: 64 });
      expect([part.width, part.height]).toEqual([128, 100]);
      // What the shrunk pixels show is what lies there in the whole image.
      let worst = 0;
      for (let y = 0; y < 100; y += 9)
        for (let x = 0; x < 128; x += 7) {
          const from = ((40 + y * 4 + 2) * whole.width + 24 + x * 4 + 2) * 3;
          const got = (y * 128 + x) * 3;
          worst = Math.max(worst, Math.abs(part.data[got]! - whole.data[from]!));
        }
      expect(worst).toBeLessThan(16);
    },
  );
});

describe('pixels', () => {
  it('of an animation are those of its first frame', async () => {
    const frames = await sharp(
      [0, 1].map((red) => ({
        create: { width: 8, height: 8, channels: 3, background: { r: red * 255, g: 60, b: 9 } },
      })) as unknown as string[],
      { join: { animated: true } },
    )
      .gif()
      .toBuffer();
    expect((await sharp(frames).metadata()).pages).toBe(2);
    await writeFile(at('two.gif'), frames);
    const { width, height, data } = await decodeImage(at('two.gif'));
    expect([width, height]).toEqual([8, 8]);
    expect(data[0]).toBeLessThan(10);
  });

  it('are not changed by an embedded colour profile', async () => {
    await waves(40, 30).png().toFile(at('plain.png'));
    await waves(40, 30).png().withMetadata({ icc: 'p3' }).toFile(at('p3.png'));
    const pixels = await sharp(at('p3.png'), { ignoreIcc: true }).raw().toBuffer();
    expect(Buffer.from((await decodeImage(at('p3.png'))).data).equals(pixels)).toBe(true);
  });

  it('in CMYK become the colours they stand for', async () => {
    const red = { create: { width: 8, height: 8, channels: 3 as const, background: '#e02020' } };
    await sharp(red).toColourspace('cmyk').jpeg().toFile(at('cmyk.jpg'));
    const { data } = await decodeImage(at('cmyk.jpg'));
    expect(data[0]).toBeGreaterThan(180);
    expect(data[1]).toBeLessThan(90);
  });

  it('of 16 bits keep the high byte, in grey too', async () => {
    const grey = { raw: { width: 4, height: 1, channels: 1 as const } };
    const levels = new Uint16Array([0x12ff, 0x8000, 0x7fff, 0xffff]);
    await sharp(levels, grey).toColourspace('grey16').png().toFile(at('grey16.png'));
    const { data } = await decodeImage(at('grey16.png'));
    expect([...data].filter((_, i) => i % 3 === 0)).toEqual([0x12, 0x80, 0x7f, 0xff]);
  });
});

describe('an image that is gone', () => {
  it.each([
    ['gone.png', (file: string) => `${file} cannot be read: it is not there (ENOENT)`],
    [
      'gone/below/image.png',
      (file: string) => `${file} cannot be read: the folder ${at('gone')} is not there`,
    ],
    ['file.txt/image.png', (file: string) => `${file} cannot be read: it is not there (ENOTDIR)`],
  ])('is named with what is missing, and no format is advised: %s', async (name, message) => {
    await writeFile(at('file.txt'), 'a file');
    await expect(decodeImage(at(name))).rejects.toMatchObject({
      code: 'image-unreadable',
      message: message(at(name)),
      advice: expect.stringContaining('that the disk is connected'),
      details: { path: at(name) },
    });
  });
});

/** A PNG whose header says that it is 20,000 x 20,000. */
async function vastPng(): Promise<Buffer> {
  const file = await waves(1, 1).png().toBuffer();
  file.writeUInt32BE(20_000, 16);
  file.writeUInt32BE(20_000, 20);
  file.writeUInt32BE(crc32(file.subarray(12, 29)), 29);
  return file;
}

it('says how an image above the limit can be read', async () => {
  await writeFile(at('vast.png'), await vastPng());
  const vast = {
    code: 'image-unreadable',
    message: expect.stringMatching(/20000 x 20000.*; save a smaller copy, or a TIFF file with ti/),
    advice: expect.stringMatching(/read tile by tile.*vips tiffsave IN OUT\.tif --tile --pyramid/),
  };
  await expect(decodeImage(at('vast.png'))).rejects.toMatchObject(vast);
  await writeFile(at('small.tif'), await waves(40, 30).tiff().toBuffer());
  await expect(decodeImage(at('small.tif'), { pixelLimit: 1000 })).rejects.toMatchObject({
    advice: expect.stringMatching(/tiles=auto/),
  });
});
