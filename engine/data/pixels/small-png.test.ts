import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Channels } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { decodeImage, decodeRegion, decodeWithin, probeImage } from './decode.ts';
import { decodeSmallPng } from './small-png.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-small-png-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const random = new RandomStream(Date.now() % 2 ** 31, 'test');
const below = (limit: number) => Math.floor(random.uniform() * limit);

function noise(width: number, height: number, channels: Channels) {
  const data = Uint8Array.from({ length: width * height * channels }, () => below(256));
  return sharp(data, { raw: { width, height, channels } });
}

/** The pixels that libvips gives, as photographs are decoded. */
async function byLibvips(content: Buffer) {
  return sharp(content, { failOn: 'error', pages: 1, ignoreIcc: true })
    .autoOrient()
    .removeAlpha()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .then(
      ({ data, info }) => ({
        ...{ width: info.width, height: info.height },
        data: info.channels === 3 ? [...data] : [...data].flatMap((grey) => [grey, grey, grey]),
      }),
      () => undefined,
    );
}

function plain(image: ReturnType<typeof decodeSmallPng>) {
  return image && { width: image.width, height: image.height, data: [...image.data] };
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** Position of the first chunk of a type. */
function find(file: Buffer, type: string): number {
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at))
    if (file.toString('latin1', at + 4, at + 8) === type) return at;
  throw new Error(`no ${type}`);
}

function withChunk(file: Buffer, type: string, data: Uint8Array): Buffer {
  const at = find(file, 'IDAT');
  return Buffer.concat([file.subarray(0, at), chunk(type, data), file.subarray(at)]);
}

describe('a small PNG file', () => {
  const kinds = [1, 2, 3, 4].flatMap((channels) =>
    [true, false].map((adaptiveFiltering) => ({
      channels: channels as Channels,
      adaptiveFiltering,
    })),
  );

  it.each(kinds)('has the pixels that libvips gives: %j', async (kind) => {
    for (let i = 0; i < 8; i++) {
      const { channels, adaptiveFiltering } = kind;
      const picture = noise(1 + below(40), 1 + below(40), channels);
      const content = await picture
        .blur(0.3 + 3 * random.uniform())
        .png({ adaptiveFiltering })
        .toBuffer();
      const expected = await byLibvips(content);
      expect(plain(decodeSmallPng(content))).toEqual(expected);
      expect(expected).toBeDefined();
    }
  });

  it.each([
    ['gAMA', Uint8Array.of(0, 1, 134, 160)],
    ['gAMA', Uint8Array.of(0, 0, 100, 0)],
    ['sRGB', Uint8Array.of(1)],
    ['cHRM', new Uint8Array(32).fill(0).map((_, i) => (i % 4 === 2 ? 100 : 0))],
    ['pHYs', Uint8Array.of(0, 0, 11, 19, 0, 0, 5, 19, 1)],
    ['tIME', Uint8Array.of(7, 234, 1, 2, 3, 4, 5)],
    ['bKGD', Uint8Array.of(0, 200, 0, 10, 0, 99)],
  ])('has the same pixels with a chunk %s', async (type, data) => {
    const content = withChunk(await noise(9, 7, 3).png().toBuffer(), type, data);
    expect(plain(decodeSmallPng(content))).toEqual(await byLibvips(content));
  });

  it('that is damaged anywhere is never read otherwise than libvips reads it', async () => {
    const plainFile = await noise(12, 10, 3).png().toBuffer();
    const file = withChunk(plainFile, 'bKGD', Uint8Array.of(0, 200, 0, 10, 0, 99));
    let read = 0;
    for (let i = 0; i < 600; i++) {
      const content = Buffer.from(file);
      const kind = below(3);
      // The signature has told the format.
      const somewhere = () => 8 + below(content.length - 8);
      if (kind === 0) content[somewhere()]! ^= 1 << below(8);
      const cut = kind === 1 ? content.subarray(0, somewhere()) : content;
      if (kind === 2) content.copy(content, somewhere(), somewhere());
      const here = plain(decodeSmallPng(cut));
      if (here === undefined) continue;
      read++;
      expect(here).toEqual(await byLibvips(cut));
    }
    expect(read).toBeLessThan(600);
  });

  it('with fewer rows than it states is left to libvips, which says so', async () => {
    const file = await noise(12, 10, 3).png().toBuffer();
    const at = find(file, 'IDAT');
    const rows = deflateSync(new Uint8Array(9 * (1 + 12 * 3)));
    const short = Buffer.concat([
      file.subarray(0, at),
      chunk('IDAT', rows),
      chunk('IEND', new Uint8Array()),
    ]);
    expect(decodeSmallPng(short)).toBeUndefined();
    const name = path.join(folder, 'short.png');
    await writeFile(name, short);
    await expect(decodeImage(name)).rejects.toMatchObject({ code: 'image-unreadable' });
  });

  it('that inflates to more than it states is left to libvips', async () => {
    const file = await noise(12, 10, 3).png().toBuffer();
    const at = find(file, 'IDAT');
    const vast = deflateSync(new Uint8Array(2 ** 24));
    const bomb = Buffer.concat([
      file.subarray(0, at),
      chunk('IDAT', vast),
      chunk('IEND', new Uint8Array()),
    ]);
    expect(decodeSmallPng(bomb)).toBeUndefined();
  });

  it.each([
    ['a palette', () => noise(12, 10, 3).png({ palette: true })],
    ['16 bits', () => noise(12, 10, 3).toColourspace('rgb16').png()],
    ['interlacing', () => noise(12, 10, 3).png({ progressive: true })],
    ['an orientation', () => noise(12, 10, 3).withMetadata({ orientation: 6 }).png()],
    ['many pixels', () => noise(120, 110, 3).png()],
  ])('with %s is left to libvips', async (_, picture) => {
    const content = await picture().toBuffer();
    expect(decodeSmallPng(content)).toBeUndefined();
    expect(await byLibvips(content)).toBeDefined();
  });

  it('is cropped, shrunk and looked at as libvips has it', async () => {
    const name = path.join(folder, 'some.png');
    const content = await noise(70, 50, 3).blur(2).png().toBuffer();
    await writeFile(name, content);
    const region = { top: 5, left: 11, width: 30, height: 21 };
    const part = await decodeRegion(name, { width: 70, height: 50 }, region, {
      width: 32,
      height: 32,
    });
    expect(plain(part)).toEqual(
      await byLibvips(await sharp(content).extract(region).png().toBuffer()),
    );
    const inside = { width: 32, height: 32, fit: 'inside' } as const;
    const small = await sharp(content).resize(inside).raw().toBuffer();
    expect([...(await decodeWithin(name, 32)).data]).toEqual([...small]);
    // Text has libvips decode it.
    const left = withChunk(content, 'tEXt', Buffer.from('Software\0one'));
    expect(decodeSmallPng(left)).toBeUndefined();
    expect(await probeImage(content, 1e9)).toEqual(await probeImage(left, 1e9));
  });

  it('above the limit is refused as others are', async () => {
    const name = path.join(folder, 'limit.png');
    await noise(70, 50, 3).png().toFile(name);
    await expect(decodeImage(name, { pixelLimit: 1000 })).rejects.toMatchObject({
      message: expect.stringContaining('70 x 50'),
    });
  });
});
