/** Where a run keeps the evaluation of its best checkpoint; runs of 0.1.0 have none. */
import path from 'node:path';

export function evaluationFolder(run: string): string {
  return path.join(run, 'evaluation');
}
