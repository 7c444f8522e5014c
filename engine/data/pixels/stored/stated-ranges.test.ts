import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StatedRange } from '../../../contract/settings/stated-range.ts';
import { fittingImages } from '../../scan/fitting-images.ts';
import { scanFolders } from '../../scan/scan.ts';
import { decodePlanes } from './decode-planes.ts';
import { decodeShownWithin } from './shown.ts';

const fixtures = path.join(import.meta.dirname, '../../../images/dicom/fixtures');
/** What pydicom shows of each window of the file, from 0 to 1. */
const shown: { file: string; values: number[][] } = JSON.parse(
  readFileSync(path.join(fixtures, 'windows.json'), 'utf8'),
);
const twoWindows = path.join(fixtures, shown.file);
const oneWindow = path.join(fixtures, 'monochrome1-u12.dcm');

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-stated-ranges-'));
  for (const file of [twoWindows, oneWindow])
    await copyFile(file, path.join(root, path.basename(file)));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const planes = (file: string, valueRange: StatedRange) =>
  decodePlanes(file, { channels: 1, valueRange });

it.each([
  ['metadata', 0],
  ['metadata:2', 1],
] as const)('%s has the values that pydicom shows of that window', async (rule, i) => {
  const { data } = await planes(twoWindows, rule);
  const expected = shown.values[i]!;
  expect(data.length).toBe(expected.length);
  const most = Math.max(...expected.map((value, at) => Math.abs(value - data[at]!)));
  expect(most).toBeLessThan(1e-6);
  const view = { channels: [0], window: rule };
  const picture = await decodeShownWithin(twoWindows, 64, view);
  const wrong = expected.filter((v, at) => Math.abs(255 * v - picture.data[3 * at]!) > 0.501);
  expect(wrong).toEqual([]);
});

it('is refused of a file that states fewer, which is shown as it states', async () => {
  await expect(planes(twoWindows, 'metadata:3')).rejects.toThrow(
    'it states 2 ranges of its values, and number 3 is asked for',
  );
  const [second, none] = ['metadata:2', undefined] as const;
  const pictures = [second, none].map((window) =>
    decodeShownWithin(oneWindow, 64, { channels: [0], window }),
  );
  expect(await pictures[0]).toEqual(await pictures[1]);
});

it('leaves out images that state fewer, as quick and full scans know them', async () => {
  const indexFile = path.join(root, 'set.index');
  for (const _ of ['first', 'remembered']) {
    const { samples } = await scanFolders([root], { indexFile });
    const { kept, leftOut } = fittingImages(samples, { channels: 1, valueRange: 'metadata:2' });
    expect([...kept].map((one) => path.basename(one.path))).toEqual([shown.file]);
    expect(leftOut.map(({ path: at, reason }) => [path.basename(at), reason])).toEqual([
      [
        'monochrome1-u12.dcm',
        'it states 1 range of values, and number 2 is asked for: set value_range to metadata, percentiles or LOW,HIGH',
      ],
    ]);
  }
});
