/** Where a run keeps its maps of images. */
import path from 'node:path';

/** The facts of a map without its points, so that maps can be listed without being read. */
export const MAP_ABOUT_FILE = 'about.json';

export function mapFolder(run: string): string {
  return path.join(run, 'maps');
}
