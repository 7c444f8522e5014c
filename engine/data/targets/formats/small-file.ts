/** Whole files of labels of one image, and small lists, as text. */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { lineOfJsonError } from '../../../contract/json-error.ts';
import { firstStrangeLine } from '../../../formats/text-lines.ts';
import { systemReason } from '../../sources/unreadable.ts';
import { labelsInvalid } from './labels-error.ts';

/** Labels of one image; LabelMe puts the image itself into them too. */
const MOST_BYTES = 128 * 2 ** 20;

/** @throws StudioError `labels-invalid` for a file that is too large or not UTF-8 */
export async function readSmallText(file: string): Promise<string> {
  const bytes = await readSmall(file);
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  if (!isUtf8(bytes)) throw labelsInvalid(file, 'is not UTF-8', { line: firstStrangeLine(bytes) });
  return bytes.toString('utf8', start);
}

async function readSmall(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) throw labelsInvalid(file, 'is larger than 128 MiB');
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw labelsInvalid(file, `cannot be read: ${systemReason(error)}`, {}, error);
  }
}

/** @throws StudioError `labels-invalid` naming the line, without quoting the file */
export async function readSmallJson(file: string): Promise<unknown> {
  const text = await readSmallText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw labelsInvalid(file, 'is not JSON', { line: lineOfJsonError(text) }, error);
  }
}
