/** The values of the last step of a run, read from the end of its log. */

import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import type { RunSummary } from '../../contract/studio/runs.ts';
import { LineTail, parseRecord } from '../line-tail.ts';
import { stepNumbers } from './run-history.ts';

/** Few bytes hold the last step of most logs; events of other types may follow it. */
const TRIED_BYTES = [4096, 65_536] as const;

/** @returns undefined for a run without steps */
export async function lastStep(dir: string): Promise<RunSummary['last']> {
  for (const last of TRIED_BYTES) {
    let found: Record<string, number> | undefined;
    const take = (line: string) => {
      const event = line.includes('"step"') ? parseRecord(line) : undefined;
      if (event?.['type'] === 'step') found = stepNumbers(event);
    };
    await new LineTail(path.join(dir, 'events.jsonl')).read(take, { last });
    if (found !== undefined) {
      const { loss, tokenMatch: match, imagesPerSecond } = found;
      return defined({ loss, match, imagesPerSecond });
    }
  }
  return undefined;
}
