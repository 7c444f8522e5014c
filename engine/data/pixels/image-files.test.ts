import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanFolders } from '../scan/scan.ts';
import type { DatasetIndex } from '../sources/index-types.ts';
import expected from '../testing/image-files/expected.json' with { type: 'json' };
import { decodeImage, decodeRegion, decodeWithin } from './decode.ts';
import { readFilePixels } from './file-pixels.ts';
import type { RgbImage } from './image.ts';

/** Made by bench/interop/image_files.py: files of many kinds, with the right answer of each. */
const FILES = fileURLToPath(new URL('../testing/image-files', import.meta.url));
const at = (name: string) => path.join(FILES, name);

/** How a file that cannot be decoded to bytes is read as it is stored. */
interface Stored {
  readonly numbers: string;
  /** the picture that it shows, in channels that repeat */
  readonly picture: string | null;
  readonly range: readonly [number, number];
  readonly off: number;
}
type Answer =
  | { readonly picture: string; readonly off: number }
  | { readonly reason: string; readonly stored?: Stored };
const answers = Object.entries(expected as unknown as Record<string, Answer>);
const readable = answers.flatMap(([name, answer]) =>
  'picture' in answer ? [[name, answer.picture, answer.off] as const] : [],
);
const notDecoded = answers.flatMap(([name, answer]) =>
  'reason' in answer ? [[name, answer.reason, answer.stored] as const] : [],
);
const refused = notDecoded.filter(([, , stored]) => stored === undefined);
const stored = notDecoded.flatMap(([name, , stored]) => (stored ? [[name, stored] as const] : []));

let index: DatasetIndex;
beforeAll(async () => {
  index = await scanFolders([FILES]);
});

const reasonIn = ({ unreadable }: DatasetIndex, name: string) =>
  unreadable.find((one) => one.path === at(name))?.reason;

function meanOf({ data }: RgbImage): number[] {
  const sums = [0, 0, 0];
  data.forEach((value, i) => {
    sums[i % 3]! += value;
  });
  return sums.map((sum) => (3 * sum) / data.length);
}

function largestDifference(one: RgbImage, other: RgbImage): number {
  expect([one.width, one.height]).toEqual([other.width, other.height]);
  return one.data.reduce((most, v, i) => Math.max(most, Math.abs(v - other.data[i]!)), 0);
}

describe('a file that is read', () => {
  it.each(readable)('%s shows what %s does', async (name, picture, off) => {
    const image = await decodeImage(at(name));
    expect(largestDifference(image, await decodeImage(at(picture)))).toBeLessThanOrEqual(off);
    expect(reasonIn(index, name)).toBeUndefined();
  });

  it.each(readable)('%s shows the same when it is shrunk on the way', async (name) => {
    const image = await decodeImage(at(name));
    const { width, height } = image;
    const whole = { top: 0, left: 0, width, height };
    const shrunk = await decodeRegion(at(name), image, whole, { width: 16, height: 12 });
    const within = await decodeWithin(at(name), 16);
    for (const other of [shrunk, within])
      meanOf(other).forEach((value, c) => {
        expect(Math.abs(value - meanOf(image)[c]!)).toBeLessThan(4);
      });
  });
});

describe('a file that would be read wrong', () => {
  it.each(refused)('%s is named: %s', async (name, reason) => {
    expect(reasonIn(index, name)).toContain(reason);
  });

  it('is named in each scan and wherever it is decoded', async () => {
    const again = await scanFolders([FILES]);
    expect(again.unreadable).toEqual(index.unreadable);
    for (const [name, reason] of notDecoded) {
      // Whether all values are low is only known of a whole image, which a scan has seen.
      if (reason === 'lowest sixteenth') continue;
      await expect(decodeImage(at(name))).rejects.toMatchObject({
        code: 'image-unreadable',
        details: { reason: expect.stringContaining(reason) },
      });
    }
  });
});

describe('a file that bytes do not hold', () => {
  it.each(stored)('%s is read as it is stored', async (name, { numbers, picture, range, off }) => {
    expect(reasonIn(index, name)).toBeUndefined();
    const image = [...index.samples].find((one) => one.path === at(name));
    expect(image?.stored).toMatchObject({ numbers });
    if (picture === null) return;
    const { values, channels, width, height } = await readFilePixels(at(name), 0, [range]);
    const shown = await decodeImage(at(picture));
    expect({ width, height }).toEqual({ width: shown.width, height: shown.height });
    let most = 0;
    for (let channel = 0; channel < channels; channel++)
      for (let i = 0; i < width * height; i++) {
        const value = 255 * values[channel * width * height + i]!;
        most = Math.max(most, Math.abs(value - shown.data[3 * i + (channel % 3)]!));
      }
    // Half floats have 11 bits.
    expect(most).toBeLessThanOrEqual(off + (numbers === 'float16' ? 0.1 : 0.0001));
  });
});

describe('a file that is cut', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-cut-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(readable)('%s is refused, or nothing of its picture is missing', async (name) => {
    const content = await readFile(at(name));
    const whole = await decodeImage(at(name));
    const file = path.join(folder, name);
    for (let part = 1; part < 12; part++) {
      await writeFile(file, content.subarray(0, Math.floor((content.length * part) / 12)));
      const got = await decodeImage(file).catch(() => whole);
      expect(largestDifference(got, whole)).toBe(0);
    }
  });
});

describe('images of the HEIF family', () => {
  const box = (major: string, compatible: readonly string[], items: string) => {
    const brands = [major, '\0\0\0\0', ...compatible].join('');
    const size = Buffer.alloc(4);
    size.writeUInt32BE(8 + brands.length);
    return Buffer.concat([size, Buffer.from(`ftyp${brands}\0\0\0\x20meta${items}`, 'latin1')]);
  };
  const brands = [
    'heic',
    'heix',
    'heim',
    'heis',
    'hevc',
    'hevx',
    'hevm',
    'hevs',
    'mif1',
    'mif2',
    'msf1',
    'avci',
    'avcs',
    'vvic',
    'j2ki',
    'jpeg',
    'miaf',
  ];

  it.each(brands)('with the brand %s are given to the reader of HEIC', async (brand) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-heif-'));
    const file = path.join(folder, 'photo.heic');
    await writeFile(file, box(brand, ['mif1', 'heic'], 'infe hvc1'));
    await expect(scanFolders([folder])).rejects.toMatchObject({
      details: {
        unreadable: [{ path: file, reason: 'image is damaged: its HEIF data cannot be decoded' }],
      },
    });
    await rm(folder, { recursive: true });
  });
});
