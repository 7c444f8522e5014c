import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { regionOf } from '../region.ts';
import { readMutations } from '../testing/mutations.ts';
import { openBytes, readerCases, testReaderTable } from '../testing/reader-table.ts';

const FIXTURES = path.join(import.meta.dirname, 'fixtures');
const files = readerCases(FIXTURES).map(({ file }) => readFileSync(path.join(FIXTURES, file)));

describe('PBM, PGM, PPM, PAM and PFM files', () => {
  testReaderTable(FIXTURES, 'pnm');

  it('read by region give the same values', async () => {
    for (const file of files) {
      const image = await openBytes(file);
      const whole = await image.read(0);
      const region = { left: 1, top: 2, width: image.width - 2, height: 2 };
      const part = await image.read(0, region);
      expect(part).toEqual(regionOf(whole, region));
    }
  });

  it('that are damaged give a picture or an error about the image', {
    timeout: 600_000,
  }, async () => {
    expect(await readMutations(files)).toEqual([]);
  });
});
