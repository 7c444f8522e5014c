/** Paths of entries below their containers. */
import path from 'node:path';

/** @param entry with forward slashes */
export function entryPath(container: string, entry: string): string {
  return `${container}${path.sep}${path.sep === '/' ? entry : entry.replaceAll('/', path.sep)}`;
}
