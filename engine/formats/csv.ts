/** Writing of CSV files; lines end with a line feed alone, as in pandas. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CsvField, type CsvStyle, csvRow } from '../contract/csv-text.ts';

/** Characters that are collected for one write. */
const CHUNK_CHARACTERS = 256 * 1024;

/** @param rows are read one by one, so a table may be larger than memory */
export async function writeCsv(
  file: string,
  header: readonly string[],
  rows: Iterable<readonly CsvField[]>,
  style: CsvStyle = {},
): Promise<void> {
  await pipeline(Readable.from(chunks(header, rows, style)), createWriteStream(file));
}

/** One line, with its line feed. */
export function csvLine(fields: readonly CsvField[], style: CsvStyle = {}): string {
  return `${csvRow(fields, style)}\n`;
}

/** The shortest text with the same value in single precision, which takes at most nine digits. */
export function singleText(value: number): string {
  for (const digits of [7, 8]) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}

function* chunks(header: readonly string[], rows: Iterable<readonly CsvField[]>, style: CsvStyle) {
  let text = csvLine(header, style);
  for (const row of rows) {
    text += csvLine(row, style);
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    text = '';
  }
  yield text;
}
