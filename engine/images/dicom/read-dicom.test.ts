import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isMutated, mutated, readMutations } from '../testing/mutations.ts';
import { allOf, PRIVATE_WORDS, privateWordsIn } from '../testing/private-words.ts';
import { openBytes, readAll, testReaderTable } from '../testing/reader-table.ts';

const folder = path.join(import.meta.dirname, 'fixtures');
const file = (name: string) => readFileSync(path.join(folder, `${name}.dcm`));

describe('DICOM files have the values that pydicom reads', () => {
  testReaderTable(folder, 'dicom');
});

describe('DICOM files without a picture', () => {
  it.each([
    ['report', /a structured report, which has no picture/],
    ['rt-structures', /an RT structure set, which has no picture/],
  ])('%s is named', async (name, reason) => {
    await expect(openBytes(file(name))).rejects.toThrow(reason);
  });
});

describe('DICOM files with JPEG XL that would be read wrongly', () => {
  it.each([
    ['ybr-lossless', /it is YBR_FULL in JPEG XL/],
    ['s16-lossy', /signed, in JPEG XL that may be lossy/],
    ['xyb-of-none', /it is XYB, which is of JPEG XL only/],
  ])('%s is named when it is opened', async (name, reason) => {
    await expect(openBytes(file(`refused-xl-${name}`))).rejects.toThrow(reason);
  });

  it('float is named when it is decoded', async () => {
    await expect(readAll(file('refused-xl-float'))).rejects.toThrow(/floating point numbers/);
  });
});

/** A file whose only fragment is cut, with lengths that fit. */
function withCutFragment(bytes: Buffer, share: number): Buffer {
  const item = Buffer.from([0xfe, 0xff, 0x00, 0xe0]);
  const at = bytes.lastIndexOf(item);
  const length = bytes.readUInt32LE(at + 4);
  const kept = 2 * Math.floor((length * share) / 2);
  const cut = Buffer.concat([bytes.subarray(0, at + 8 + kept), bytes.subarray(at + 8 + length)]);
  cut.writeUInt32LE(kept, at + 4);
  return cut;
}

describe('damaged DICOM files', () => {
  it.each(['explicit-little-u16', 'frames-u12', 'rgb-planar', 'float64', 'deflated-u8'])(
    '%s is refused wherever it is cut',
    async (name) => {
      const bytes = file(name);
      for (let length = 0; length < bytes.length; length += 7)
        await expect(readAll(bytes.subarray(0, length)), `${length}`).rejects.toMatchObject({
          code: expect.stringMatching(/^image-(damaged|unsupported)$/),
        });
    },
  );

  it.each(
    'rle-u16 jpeg-u8 jpeg-u12 jpeg-lossless-u12-4 jpeg-ls-u12 jpeg-ls-rgb jpeg-2000-u12 jpeg-2000-lossy-rgb htj2k-u16 jpeg-xl-u12 jpeg-xl-rgb-u16 jpeg-xl-lossy jpeg-xl-from-jpeg-ybr'.split(
      ' ',
    ),
  )('%s is refused where its compressed data are cut', async (name) => {
    await readAll(file(name));
    for (const share of [0.9, 0.7, 0.5, 0.2])
      await expect(readAll(withCutFragment(file(name), share)), `${share}`).rejects.toMatchObject({
        code: 'image-damaged',
      });
  });

  it('give an error about the image or a picture, whatever the damage', async () => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.dcm') && isMutated(name));
    const files = names.map((name) => readFileSync(path.join(folder, name)));
    expect(await readMutations(files)).toEqual([]);
  });
});

describe('what is known of patients and places', () => {
  const bytes = file('ct-rescale-window');

  it('is in the file', () => {
    expect(privateWordsIn(bytes.toString('latin1'))).toEqual([...PRIVATE_WORDS]);
  });

  it('is not in what is read of it', async () => {
    for (const name of ['ct-rescale-window', 'frames-rescaled', 'deflated-u8']) {
      const image = await openBytes(file(name));
      expect(privateWordsIn(JSON.stringify([image, await image.read(0)]))).toEqual([]);
    }
  });

  it('is not in errors about damaged and cut files', async () => {
    let errors = 0;
    const told: string[] = [];
    for (let i = 0; i < 1500; i++) {
      const damaged = i < bytes.length ? bytes.subarray(0, i) : mutated(bytes, i);
      try {
        await readAll(damaged);
      } catch (error) {
        errors++;
        told.push(...privateWordsIn(allOf(error)));
      }
    }
    expect(told).toEqual([]);
    expect(errors).toBeGreaterThan(1000);
  });
});
