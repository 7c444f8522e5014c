/** Whether there is anything of a run that can be resumed, and what to do where there is not. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { listCheckpoints } from '../checkpoint/checkpoint.ts';
import { StudioError } from '../contract/errors.ts';
import { shellText } from '../contract/shell-text.ts';
import type { RunFolder } from './run-folder.ts';
import type { RunRecord } from './run-record.ts';

/** What a linear probe leaves beside its checkpoint. */
export const PROBE_FILE = 'probe.json';

/**
 * @throws StudioError `nothing-to-resume` for a linear probe, which is made in one go, and for a run
 *   that has no checkpoint and did not start from chance
 */
export async function checkResumable({ dir, record, checkpointsDir }: RunFolder): Promise<void> {
  const { id } = record;
  const isProbeDone = existsSync(path.join(dir, PROBE_FILE));
  if (isProbeDone && record.status === 'done')
    throw nothing(
      `The run ${id} is a linear probe and is complete: there is nothing to resume.`,
      `Use it (conmim evaluate --model ${id}), or train the network further (conmim finetune --from ${id}).`,
    );
  if (isProbeDone || record.probe === true)
    throw nothing(
      `The linear probe ${id} ended before it was complete, and it is made in one go: there is nothing to resume.`,
      restartAdvice(record),
    );
  // Without weights from elsewhere the recipe's seed gives the same start again.
  if (record.from === undefined) return;
  if ((await listCheckpoints(checkpointsDir)).length > 0) return;
  throw nothing(
    `The run ${id} ended before its first checkpoint was saved: there is nothing to resume.`,
    restartAdvice(record),
  );
}

function restartAdvice({ kind, from, labelled, dataset, probe }: RunRecord): string {
  const data =
    labelled === undefined
      ? dataset.folders.flatMap((folder) => ['--data', folder])
      : ['--train', labelled.train, ...(labelled.val === null ? [] : ['--val', labelled.val])];
  const mode = probe === true ? ['--mode', 'linear'] : [];
  const command = shellText(['conmim', kind, ...mode, ...data]);
  const start = from === undefined ? '' : `, with --from for what it started from (${from})`;
  return `Start it again with: ${command}${start}.`;
}

function nothing(message: string, advice: string): StudioError {
  return new StudioError('nothing-to-resume', message, { advice });
}
