import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PictureView } from '../contract/studio/picture-view.ts';
import { decodeImage } from '../data/pixels/decode.ts';
import { writeNpy } from '../formats/npy.ts';
import { Thumbnails } from './thumbnail.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-thumbnail-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function waves(width: number, height: number, channels: 1 | 3 | 4 = 3): Sharp {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++, i++)
        data[i] = 128 + 100 * Math.sin((x * (c + 1)) / 30) * Math.cos(y / 25);
  return sharp(data, { raw: { width, height, channels } });
}

async function pixelsOf(
  file: string,
  side: number,
  thumbnails = new Thumbnails(),
  view?: PictureView,
) {
  const { type, base64 } = await thumbnails.get({ path: file, side, ...(view && { view }) });
  expect(type).toBe('image/webp');
  const { data, info } = await sharp(Buffer.from(base64, 'base64'))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

describe('a thumbnail', () => {
  it('of a small picture is the picture, pixel by pixel', async () => {
    await waves(32, 20).png().toFile(at('small.png'));
    const small = await pixelsOf(at('small.png'), 256);
    expect([small.width, small.height]).toEqual([32, 20]);
    expect([...small.data]).toEqual([...(await decodeImage(at('small.png'))).data]);
  });

  it('fits into the square, whatever its shape', async () => {
    await waves(400, 100).png().toFile(at('wide.png'));
    const { width, height } = await pixelsOf(at('wide.png'), 100);
    expect([width, height]).toEqual([100, 25]);
  });

  it.each([1, 3, 6, 8])('is turned upright, tag %d', async (tag) => {
    const file = at(`tag${tag}.jpg`);
    await waves(400, 300).withMetadata({ orientation: tag }).jpeg().toFile(file);
    const { width, height, data } = await pixelsOf(file, 90);
    expect([width, height]).toEqual(tag >= 5 ? [68, 90] : [90, 68]);
    const whole = await decodeImage(file);
    const expected = await sharp(whole.data, {
      raw: { width: whole.width, height: whole.height, channels: 3 },
    })
      .resize(width, height, { fit: 'fill' })
      .raw()
      .toBuffer();
    expect(largestDifference(data, expected)).toBeLessThan(24);
  });

  it.each([
    ['grey', () => waves(80, 60, 1).toColourspace('b-w').png()],
    ['CMYK', () => waves(80, 60).toColourspace('cmyk').jpeg()],
  ])('of %s is as training sees it', async (name, make) => {
    const file = at(name);
    await make().toFile(file);
    expect([...(await pixelsOf(file, 90)).data]).toEqual([...(await decodeImage(file)).data]);
  });

  it('of 16 bits has the range of its values, and in the window of the type is as training sees it', async () => {
    const file = at('deep.png');
    await waves(80, 60).toColourspace('rgb16').png().toFile(file);
    const { data: own } = await pixelsOf(file, 90);
    expect([Math.min(...own), Math.max(...own)]).toEqual([0, 255]);
    const view = { channels: [0, 1, 2], window: [0, 65_535] } as const;
    const { data: whole } = await pixelsOf(file, 90, new Thumbnails(), view);
    expect(largestDifference(whole, (await decodeImage(file)).data)).toBeLessThanOrEqual(1);
  });

  it('shows what lies under transparency, as training does', async () => {
    const [width, height] = [300, 200];
    const data = Uint8Array.from(
      { length: width * height * 4 },
      (_, i) => [200, 40, 90, 0][i % 4]!,
    );
    await sharp(data, { raw: { width, height, channels: 4 } })
      .png()
      .toFile(at('clear.png'));
    const { data: small } = await pixelsOf(at('clear.png'), 60);
    expect([...small.subarray(0, 3)]).toEqual([200, 40, 90]);
  });

  it('is made anew when the file has changed, and only then', async () => {
    const thumbnails = new Thumbnails();
    const file = at('changing.png');
    const red = { create: { width: 8, height: 8, channels: 3, background: '#f00' } } as const;
    const [atime, mtime] = [new Date(1e12), new Date(1e12)];
    await sharp(red).toFile(file);
    await utimes(file, atime, mtime);
    const first = await thumbnails.get({ path: file, side: 64 });
    const { size } = await stat(file);
    // Size and time are unchanged, so the cached thumbnail is returned and nothing is decoded.
    await writeFile(file, Buffer.alloc(size));
    await utimes(file, atime, mtime);
    expect(await thumbnails.get({ path: file, side: 64 })).toEqual(first);
    await utimes(file, atime, new Date(mtime.getTime() + 5000));
    await expect(thumbnails.get({ path: file, side: 64 })).rejects.toMatchObject({
      code: 'image-unreadable',
    });
  });

  it('says which file cannot be read, and why', async () => {
    await writeFile(at('broken.png'), 'words');
    for (const name of ['broken.png', 'gone.png'])
      await expect(new Thumbnails().get({ path: at(name), side: 64 })).rejects.toMatchObject({
        code: 'image-unreadable',
        details: { path: at(name) },
      });
    // Other files are still decoded.
    await waves(20, 20).png().toFile(at('fine.png'));
    const thumbnails = new Thumbnails();
    const many = Array.from({ length: 20 }, (_, i) => (i % 2 ? 'broken.png' : 'fine.png'));
    const results = await Promise.allSettled(
      many.map((name, i) => thumbnails.get({ path: at(name), side: 64 + i })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  });
});

it('shows the channels that are asked for, from black to white as asked', async () => {
  const [channels, side] = [6, 40];
  const data = Float32Array.from(
    { length: channels * side * side },
    (_, i) => 100 * Math.floor(i / (side * side)),
  );
  await writeNpy(at('six.npy'), { dtype: 'f32', shape: [channels, side, side], data });
  const thumbnails = new Thumbnails();
  const first = async (view?: PictureView) => {
    const order = { path: at('six.npy'), side: 64, ...(view === undefined ? {} : { view }) };
    const { base64 } = await thumbnails.get(order);
    const pixels = await sharp(Buffer.from(base64, 'base64')).removeAlpha().raw().toBuffer();
    return [...pixels.subarray(0, 3)];
  };
  expect(await first({ channels: [5, 3, 1], window: [0, 500] })).toEqual([255, 153, 51]);
  expect(await first({ channels: [4], window: [0, 800] })).toEqual([128, 128, 128]);
  expect(await first({ channels: [1, 0, 5], window: [500, 0] })).toEqual([204, 255, 0]);
  // Without a channel of that number, as without a view.
  expect(await first({ channels: [6, 0, 0] })).toEqual(await first());
});
