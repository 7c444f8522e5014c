import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../random/philox.ts';
import { headerOf, readHeader } from './read-header.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-headers-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#456789' } });

const read = (content: Buffer) => {
  const from = (offset: number, length: number) => content.subarray(offset, offset + length);
  return headerOf(from(0, 4096), from);
};

async function ofSharp(content: Buffer) {
  const { format, width, height, orientation = 1 } = await sharp(content).metadata();
  return { format, width, height, orientation };
}

/** Files of every kind whose header is read; `long` has kilobytes before the frame. */
async function files(): Promise<Record<string, Buffer>> {
  const made: Record<string, Buffer> = {};
  for (let orientation = 1; orientation <= 8; orientation++)
    made[`jpeg ${orientation}`] = await blank(30, 20)
      .withMetadata({ orientation })
      .jpeg()
      .toBuffer();
  made['progressive'] = await blank(300, 7).jpeg({ progressive: true }).toBuffer();
  made['grey jpeg'] = await blank(9, 65).greyscale().jpeg().toBuffer();
  made['cmyk jpeg'] = await blank(9, 65).toColourspace('cmyk').jpeg().toBuffer();
  made['png'] = await blank(123, 45).png().toBuffer();
  made['palette png'] = await blank(17, 45).png({ palette: true }).toBuffer();
  made['profiled png'] = await blank(17, 45).withIccProfile('p3').png().toBuffer();
  made['gif'] = await blank(77, 33).gif().toBuffer();
  made['lossy webp'] = await blank(640, 481).webp().toBuffer();
  made['lossless webp'] = await blank(16_383, 2).webp({ lossless: true }).toBuffer();
  made['webp with alpha'] = await blank(44, 55).ensureAlpha(0.5).webp().toBuffer();
  return made;
}

/** The JPEG file with segments of comments before its tables. */
function withComments(jpeg: Buffer, bytes: number): Buffer {
  const comment = Buffer.concat([
    Buffer.from([0xff, 0xfe, bytes >> 8, bytes & 255]),
    Buffer.alloc(bytes - 2),
  ]);
  return Buffer.concat([jpeg.subarray(0, 2), comment, comment, jpeg.subarray(2)]);
}

describe('headers', () => {
  it('say what the decoder says', async () => {
    for (const [name, content] of Object.entries(await files()))
      expect(read(content), name).toEqual(await ofSharp(content));
    const long = withComments(await blank(31, 21).jpeg().toBuffer(), 65_000);
    expect(read(long)).toEqual(await ofSharp(long));
  });

  it('are left to the decoder where they do not say enough', async () => {
    const frames = [
      await blank(8, 8).png().toBuffer(),
      await blank(8, 8).negate().png().toBuffer(),
    ];
    const unsure = {
      tiff: await blank(9, 8).tiff().toBuffer(),
      'png with orientation': await blank(9, 8).withMetadata({ orientation: 6 }).png().toBuffer(),
      'webp with orientation': await blank(9, 8).withMetadata({ orientation: 6 }).webp().toBuffer(),
      'deep png': await blank(9, 8).toColourspace('rgb16').png().toBuffer(),
      'animated webp': await sharp(frames, { join: { animated: true } })
        .webp()
        .toBuffer(),
      text: Buffer.from('not an image at all'),
    };
    for (const [name, content] of Object.entries(unsure))
      expect(read(content), name).toBeUndefined();
  });

  it('never contradict the decoder, whatever the file', async () => {
    const random = new RandomStream(20_261_129, 'test');
    let compared = 0;
    for (const [name, content] of Object.entries(await files()))
      for (let i = 0; i < 40; i++) {
        const changed = Buffer.from(content);
        const changes = 1 + random.integer(4);
        for (let k = 0; k < changes; k++)
          changed[2 + random.integer(Math.min(400, changed.length - 2))] = random.integer(256);
        const cut =
          random.uniform() < 0.2 ? changed.subarray(0, random.integer(changed.length)) : changed;
        const found = read(cut);
        if (found === undefined) continue;
        const decoded = await ofSharp(cut).catch(() => undefined);
        // A header may be sound where the rest is not: then decoding names the file.
        if (decoded === undefined) continue;
        compared++;
        expect(found, `${name}, change ${i}`).toEqual(decoded);
      }
    expect(compared).toBeGreaterThan(200);
  });

  it('are read from files with size and time of change', async () => {
    const file = path.join(root, 'a.jpg');
    const content = withComments(await blank(31, 21).jpeg().toBuffer(), 60_000);
    await writeFile(file, content);
    const { bytes, modifiedMs, header } = readHeader(file);
    expect(header).toEqual({ format: 'jpeg', width: 31, height: 21, orientation: 1 });
    expect(bytes).toBe(content.length);
    expect(Math.abs(modifiedMs - Date.now())).toBeLessThan(60_000);
    expect(() => readHeader(path.join(root, 'none.jpg'))).toThrow(/ENOENT/);
  });
});
