/**
 * Comma-separated tables, as spreadsheets, pandas and R read them.
 *
 * @source RFC 4180; lines end with a line feed alone, as pandas writes them
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** An empty field stands for null. */
export type CsvField = string | number | boolean | null;

/** Characters that are gathered before they go to the disk. */
const CHUNK_CHARACTERS = 256 * 1024;

/** @param rows taken one after the other, so that a table may be larger than memory */
export async function writeCsv(
  file: string,
  header: readonly string[],
  rows: Iterable<readonly CsvField[]>,
): Promise<void> {
  await pipeline(Readable.from(chunks(header, rows)), createWriteStream(file));
}

/** One line, with its end. */
export function csvLine(fields: readonly CsvField[]): string {
  return `${fields.map(fieldText).join(',')}\n`;
}

/** The shortest text that gives the same number in single precision; nine digits always do. */
export function singleText(value: number): string {
  for (const digits of [7, 8]) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}

function fieldText(field: CsvField): string {
  if (field === null) return '';
  const text = String(field);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function* chunks(header: readonly string[], rows: Iterable<readonly CsvField[]>) {
  let text = csvLine(header);
  for (const row of rows) {
    text += csvLine(row);
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    text = '';
  }
  yield text;
}
