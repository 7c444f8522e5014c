import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { StackChannels } from '../../contract/settings/stack-channels.ts';
import { openBytes } from '../testing/reader-table.ts';

/** Written by bench/images/make-tiff.py, with the values that tifffile reads. */
interface AxesCell {
  readonly name: string;
  readonly channels: StackChannels;
  readonly shape: readonly [samples: number, channels: number, height: number, width: number];
  readonly values: readonly number[];
  readonly file: string;
}

const cells: AxesCell[] = gunzipSync(
  readFileSync(path.join(import.meta.dirname, 'fixtures', 'axes.ndjson.gz')),
)
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

describe('stacks have the images that tifffile finds', () => {
  it.each(cells.map((cell) => [`${cell.name}, channels ${cell.channels}`, cell] as const))(
    '%s',
    async (_, cell) => {
      const image = await openBytes(Buffer.from(cell.file, 'base64'), { pages: cell.channels });
      const [samples, channels, height, width] = cell.shape;
      expect(image).toMatchObject({ samples, channels, height, width });
      expect(image.stack).toBe(cell.channels === 'C' ? undefined : cell.channels);
      const values: number[] = [];
      for (let sample = 0; sample < samples; sample++)
        values.push(...(await image.read(sample)).values);
      expect(values).toEqual(cell.values);
    },
  );
});
