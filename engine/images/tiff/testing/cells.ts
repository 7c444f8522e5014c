/** TIFF files with their values. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Level, ReadChoices } from '../../stored-image.ts';

/** Written by bench/images/make-tiff.py: a file, and the values that other readers find in it. */
export interface Cell {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly sample: number;
  readonly pages: ReadChoices['pages'];
  /** facts that the cell is about */
  readonly type: string;
  readonly bits?: number;
  readonly colours?: string;
  readonly samples?: number;
  readonly metadataRanges?: readonly (readonly number[])[];
  readonly noData?: number;
  /** of which the values are; width and height are then those of the level */
  readonly level?: number;
  readonly levels?: readonly Level[];
  /** positions of infinite values, which are null in `values` like those that are no numbers */
  readonly infinite: readonly number[];
  /** [C, H, W] */
  readonly values: readonly (number | null)[];
  readonly file: Buffer;
}

/** What the script names by its effect on pages without a meaning. */
const PAGES: Readonly<Record<string, ReadChoices['pages']>> = {
  samples: 'C',
  channels: 'CZT',
  first: 'first',
};

/** @param folder with cells.ndjson.gz */
export function readCells(folder: string): readonly Cell[] {
  const text = gunzipSync(readFileSync(path.join(folder, 'cells.ndjson.gz'))).toString();
  const entries = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const arrays = new Map(entries.filter(({ id }) => id !== undefined).map((e) => [e.id, e.values]));
  const files = new Map(
    entries
      .filter(({ content }) => content !== undefined)
      .map(({ content, file }) => [content, Buffer.from(file, 'base64')]),
  );
  return entries
    .filter(({ name }) => name !== undefined)
    .map((cell) => ({
      ...cell,
      pages: PAGES[cell.pages],
      file: files.get(cell.in)!,
      values: arrays.get(cell.of),
    }));
}

export const TIFF_CELLS = readCells(path.join(import.meta.dirname, '..', 'fixtures'));
