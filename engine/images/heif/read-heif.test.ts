import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMutations } from '../testing/mutations.ts';
import { readAll, testReaderTable } from '../testing/reader-table.ts';

const folder = path.join(import.meta.dirname, 'fixtures');
const file = (name: string) => readFileSync(path.join(folder, name));

describe('HEIC files have the values that pillow-heif reads', () => {
  testReaderTable(folder, 'heic');
});

describe('damaged HEIC files', () => {
  it('are refused wherever they are cut', async () => {
    const bytes = file('rgb8.heic');
    for (let length = 0; length < bytes.length; length += 29)
      await expect(readAll(bytes.subarray(0, length)), `${length}`).rejects.toMatchObject({
        code: expect.stringMatching(/^image-(damaged|unsupported)$/),
      });
  });

  it('give an error about the image or a picture, whatever the damage', async () => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.heic'));
    expect(await readMutations(names.map(file))).toEqual([]);
  });
});
