/** Whether a file without an extension is an image. */
import { readHead } from '../disk/read-head.ts';
import { isImageHead } from './stored/is-stored.ts';

/** Bytes from which formats are detected. */
const HEAD_BYTES = 4096;

/** False also for a file that cannot be read. */
export async function isImageInside(at: string): Promise<boolean> {
  try {
    return isImageHead(await readHead(at, HEAD_BYTES));
  } catch {
    return false;
  }
}
