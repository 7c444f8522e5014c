import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe } from 'vitest';
import { readerCases, testReaderTable } from '../testing/reader-table.ts';
import { testRegionsAndDamage } from '../testing/regions-and-damage.ts';

const FIXTURES = path.join(import.meta.dirname, 'fixtures');
const files = readerCases(FIXTURES).map(({ file }) => readFileSync(path.join(FIXTURES, file)));

describe('PNG files of 16 bits', () => {
  testReaderTable(FIXTURES, 'png');

  testRegionsAndDamage(files);
});
