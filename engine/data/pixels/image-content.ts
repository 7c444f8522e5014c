/** Whether a file without an extension is an image. */
import { openLocation } from '../sources/locate.ts';
import { isImageHead } from './stored/reading-way.ts';

/** Bytes from which formats are detected. */
const HEAD_BYTES = 4096;

/** False also for a file that cannot be read. */
export async function isImageInside(at: string): Promise<boolean> {
  try {
    const source = await openLocation(at);
    try {
      return isImageHead(await source.read(0, Math.min(HEAD_BYTES, source.size)));
    } finally {
      await source.close();
    }
  } catch {
    return false;
  }
}
