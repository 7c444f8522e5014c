/**
 * Lines of a text file, in groups, so that a file may be larger than memory. Lines end with a line
 * feed, a carriage return or both, also mixed.
 *
 * Text is UTF-8 or UTF-16, with or without a byte order mark; other encodings are an error that
 * names the line, since guessing could give wrong letters.
 */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { StudioError } from '../contract/errors.ts';
import { readHead } from '../disk/read-head.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const NAMES: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
};

/** Bytes from which the encoding is detected. */
const HEAD_BYTES = 4096;
const LINE_LIMIT = 1 << 22;

/** Lines of a short text, without their ends. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** Lines with their ends, in groups. @throws StudioError `text-invalid` naming line and problem */
export async function* readTextLines(file: string): AsyncGenerator<readonly string[]> {
  const encoding = encodingOf(await readHead(file, HEAD_BYTES), file);
  const decoder = new TextDecoder(encoding, { fatal: true });
  let lines = 0;
  let rest = '';
  const decode = async (bytes?: Buffer) => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      const line = encoding === 'utf-8' ? firstStrangeLine(await readFile(file)) : lines + 1;
      throw notText(file, line, `is not ${NAMES[encoding]}`, cause);
    }
  };
  const split = (text: string): readonly string[] => {
    // A carriage return at the end may be followed by a line feed in the next piece.
    const end = 1 + Math.max(text.lastIndexOf('\n'), text.slice(0, -1).lastIndexOf('\r'));
    // Without a line end behind it, the pattern would be tried from each character of a long line.
    const found = text.slice(0, end).match(/[^\r\n]*(?:\r\n|\n|\r)/g) ?? [];
    rest = text.slice(end);
    if (rest.length > LINE_LIMIT)
      throw notText(file, lines + found.length + 1, `is longer than ${LINE_LIMIT} characters`);
    const at = [...found, rest].findIndex((line) => line.includes('\0'));
    if (at >= 0) throw notText(file, lines + at + 1, 'holds a NUL character');
    lines += found.length;
    return found;
  };
  for await (const bytes of createReadStream(file, { highWaterMark: 1 << 18 })) {
    yield split(rest + (await decode(bytes as Buffer)));
  }
  yield split(rest + (await decode()));
  if (rest !== '') yield [rest];
}

/** The encoding, by the byte order mark or by the zero bytes that UTF-16 has for Latin letters. */
function encodingOf(head: Buffer, file: string): Encoding {
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (starts(0xff, 0xfe, 0, 0) || starts(0, 0, 0xfe, 0xff)) throw notText(file, 1, 'is UTF-32');
  if (starts(0x50, 0x4b, 3, 4)) throw notText(file, 1, 'begins a workbook or archive, not a text');
  if (starts(0xff, 0xfe)) return 'utf-16le';
  if (starts(0xfe, 0xff)) return 'utf-16be';
  const zeros = [0, 0];
  head.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2]!++;
  });
  const many = head.length / 4;
  if (zeros[1]! >= many && zeros[0]! === 0) return 'utf-16le';
  if (zeros[0]! >= many && zeros[1]! === 0) return 'utf-16be';
  return 'utf-8';
}

/** The first line, from 1, that is not UTF-8. @param bytes that are not UTF-8 */
export function firstStrangeLine(bytes: Buffer): number {
  let line = 1;
  for (let at = 0; at < bytes.length; line++) {
    let end = at;
    while (end < bytes.length && bytes[end] !== 10 && bytes[end] !== 13) end++;
    if (!isUtf8(bytes.subarray(at, end))) break;
    at = end + (bytes[end] === 13 && bytes[end + 1] === 10 ? 2 : 1);
  }
  return line;
}

function notText(file: string, line: number, what: string, cause?: unknown): StudioError {
  return new StudioError('text-invalid', `Line ${line} of ${file} ${what}`, {
    advice:
      'Save the table anew as CSV in UTF-8 (in Excel: “CSV UTF-8”); other encodings, such as Windows-1252, cannot be told apart for certain.',
    details: { path: file, line },
    cause,
  });
}
