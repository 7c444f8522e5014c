/** What a page says of the meaning of its values. */
import type { ValueRange } from '../stored-image.ts';
import { type Directory, readNumbersOf, readTextOf, type TiffFile } from './directory.ts';
import { TAG } from './tags.ts';

const MOST_TEXT = 64;

/** @source GDAL, driver GeoTIFF: tag GDAL_NODATA */
export async function readNoData(
  file: TiffFile,
  directory: Directory,
): Promise<number | undefined> {
  const text = (await readTextOf(file, directory, TAG.gdalNoData, MOST_TEXT))?.trim();
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Ranges of each stored channel that are to be shown, where the page states them. */
export async function readRanges(
  file: TiffFile,
  directory: Directory,
  samples: number,
): Promise<readonly ValueRange[] | undefined> {
  for (const [low, high] of [
    [TAG.lowestShown, TAG.highestShown],
    [TAG.lowest, TAG.highest],
  ] as const) {
    const lows = await readNumbersOf(file, directory, low);
    const highs = await readNumbersOf(file, directory, high);
    if (highs.length === 0) continue;
    const ranges = Array.from({ length: samples }, (_, i): ValueRange => {
      const at = (values: readonly number[], otherwise: number) =>
        values[i] ?? values[0] ?? otherwise;
      return [at(lows, 0), at(highs, 0)];
    });
    if (ranges.every(([a, b]) => Number.isFinite(a) && Number.isFinite(b) && a < b)) return ranges;
  }
  return undefined;
}
