/** Where a run keeps its maps of images. */
import path from 'node:path';

export function mapFolder(run: string): string {
  return path.join(run, 'maps');
}
