/** Detection of files with predictions, which later ones may replace. */
import { open } from 'node:fs/promises';
import { PREDICTION_COLUMNS } from '../contract/predictions-text.ts';

/** Upper bound of the beginning that identifies such a file, up to the first path. */
const MOST_BYTES = 8192;
const CSV_HEAD = new RegExp(`^${PREDICTION_COLUMNS.join(',')}(,|\r?\n)`);
const JSON_HEAD = /^\[\n(\]\s*$|\{"path":"(?:[^"\\]|\\.)*","predicted":)/;

/** Whether a file is a table of predictions, which may be replaced. */
export async function isPredictions(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    if (!(await handle.stat()).isFile()) return false;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
    const text = buffer.toString('utf8', 0, bytesRead);
    return CSV_HEAD.test(text) || JSON_HEAD.test(text);
  } finally {
    await handle.close();
  }
}
