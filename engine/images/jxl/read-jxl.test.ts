import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMutations } from '../testing/mutations.ts';
import { openBytes, readAll, testReaderTable } from '../testing/reader-table.ts';

const folder = path.join(import.meta.dirname, 'fixtures');
const file = (name: string) => readFileSync(path.join(folder, name));

describe('JPEG XL files have the values that libjxl reads', () => {
  testReaderTable(folder, 'jpeg-xl');
});

describe('JPEG XL files that are not read', () => {
  it.each([
    ['float32.jxl', /floating point numbers/],
    ['animation.jxl', /an animation/],
  ])('%s is named', async (name, reason) => {
    await expect(openBytes(file(name))).rejects.toThrow(reason);
  });

  it('have more pixels than its decoder has memory for', async () => {
    const bytes = Buffer.from(file('rgb8.jxl'));
    // A height of 18 bits and a ratio of 1; all else as usual.
    const size = (2 << 1) | ((9_000 - 1) << 3) | (1 << 21);
    bytes.writeUIntLE(size, 2, 3);
    bytes[5] = 1;
    await expect(openBytes(bytes, { pixelLimit: 268_000_000 })).rejects.toThrow(
      /9000 x 9000, the limit is 67108864/,
    );
  });

  it.each(['grey16.jxl', 'lossy8.jxl', 'container.jxl', 'parts.jxl'])(
    '%s is refused wherever it is cut',
    async (name) => {
      const bytes = file(name);
      for (let length = 0; length < bytes.length; length += 37)
        await expect(readAll(bytes.subarray(0, length)), `${length}`).rejects.toMatchObject({
          code: expect.stringMatching(/^image-(damaged|unsupported)$/),
        });
    },
  );

  it('give an error about the image or a picture, whatever the damage', async () => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.jxl'));
    expect(await readMutations(names.map(file))).toEqual([]);
  });
});
