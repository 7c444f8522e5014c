import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMutations } from '../testing/mutations.ts';
import { openBytes, readAll, testReaderTable } from '../testing/reader-table.ts';

const folder = path.join(import.meta.dirname, 'fixtures');
const file = (name: string) => readFileSync(path.join(folder, name));

describe('JPEG 2000 files have the values that OpenJPEG reads', () => {
  testReaderTable(folder, 'jpeg-2000');
});

describe('JPEG 2000 files that are not read', () => {
  it('four components are named', async () => {
    await expect(openBytes(file('four16.j2k'))).rejects.toThrow(/4 components of 16 bits/);
  });

  it.each(['grey16.jp2', 'rgb8.j2k', 'rgb16.jp2'])(
    '%s is refused wherever it is cut',
    async (name) => {
      const bytes = file(name);
      for (let length = 0; length < bytes.length - 2; length += 37)
        await expect(readAll(bytes.subarray(0, length)), `${length}`).rejects.toMatchObject({
          code: expect.stringMatching(/^image-(damaged|unsupported)$/),
        });
    },
  );

  it('give an error about the image or a picture, whatever the damage', async () => {
    const names = readdirSync(folder).filter((name) => /\.j(p2|2k)$/.test(name));
    expect(await readMutations(names.map(file))).toEqual([]);
  });
});
