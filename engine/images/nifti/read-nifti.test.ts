import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mutated, readMutations } from '../testing/mutations.ts';
import { allOf, privateWordsIn } from '../testing/private-words.ts';
import { openBytes, readAll, testReaderTable } from '../testing/reader-table.ts';

const folder = path.join(import.meta.dirname, 'fixtures');
const file = (name: string) => readFileSync(path.join(folder, name));

describe('NIfTI files have the values that nibabel reads', () => {
  testReaderTable(folder, 'nifti');
});

describe('NIfTI files that are not read', () => {
  it.each([
    ['pair.hdr', /its pixels are in a file of their own \(\.img\)/],
    ['complex.nii', /its values are complex numbers/],
  ])('%s is named', async (name, reason) => {
    await expect(openBytes(file(name))).rejects.toThrow(reason);
  });

  it.each(['s16.nii', 's16.nii.gz', 'second.nii', 'second-big.nii.gz'])(
    '%s is refused wherever it is cut',
    async (name) => {
      const bytes = file(name);
      for (let length = 0; length < bytes.length; length += 3)
        await expect(readAll(bytes.subarray(0, length)), `${length}`).rejects.toMatchObject({
          code: expect.stringMatching(/^image-(damaged|unsupported)$/),
        });
    },
  );

  it('give an error about the image or a picture, whatever the damage', async () => {
    const names = readdirSync(folder).filter((name) => /\.(nii|gz)$/.test(name));
    expect(await readMutations(names.map(file))).toEqual([]);
  });
});

it('shows nothing of the free text that NIfTI files have', async () => {
  const bytes = file('s16.nii');
  const words = privateWordsIn(bytes.toString('latin1'));
  expect(words).toEqual([
    'Zwiebelkranz',
    'Tibor',
    'PAT-0815',
    'XYZZY',
    '19230417',
    'Grumblewick',
    'Quarnholm',
  ]);
  expect(privateWordsIn(gunzipSync(file('s16.nii.gz')).toString('latin1'))).toEqual(words);
  const image = await openBytes(bytes);
  expect(privateWordsIn(JSON.stringify([image, await image.read(0)]))).toEqual([]);
  const told: string[] = [];
  for (let i = 0; i < 900; i++)
    try {
      await readAll(i < bytes.length ? bytes.subarray(0, i) : mutated(bytes, i));
    } catch (error) {
      told.push(...privateWordsIn(allOf(error)));
    }
  expect(told).toEqual([]);
});
