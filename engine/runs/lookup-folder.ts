/** Where a run keeps its indexes of patches. */
import path from 'node:path';

export function lookupFolder(run: string): string {
  return path.join(run, 'lookup');
}
