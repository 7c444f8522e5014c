/** Where a run continues. */

import {
  type LoaderPosition,
  loadNewestValid,
  type RejectedCheckpoint,
} from '../checkpoint/checkpoint.ts';
import { StudioError } from '../contract/errors.ts';
import { countOf } from '../contract/number-text.ts';
import type { RunSession } from '../runs/run-session.ts';
import type { Learner } from '../tasks/learner.ts';

/** The position of a run that has not begun. */
export const START: LoaderPosition = { step: 0, skippedBatches: [], failedInARow: 0 };

/**
 * Put the newest good checkpoint of a run into the learner.
 *
 * @returns where training continues: `START`, the learner untouched, when nothing was ever saved
 * @throws StudioError `no-usable-checkpoint` when there are checkpoints and none verifies
 */
export async function restoreRun(
  session: RunSession,
  learner: Pick<Learner<never>, 'writeState'>,
): Promise<{ start: LoaderPosition; rejected: RejectedCheckpoint[] }> {
  const { checkpoint, rejected } = await loadNewestValid(session.run.checkpointsDir);
  if (checkpoint === undefined) {
    if (rejected.length === 0) return { start: START, rejected };
    throw new StudioError(
      'no-usable-checkpoint',
      `None of the ${countOf(rejected.length, 'checkpoint')} of ${session.run.record.id} can be used; the newest: ${rejected[0]!.reason}`,
      { advice: 'Restore the folder from a copy, or start a new run.', details: { rejected } },
    );
  }
  await learner.writeState(checkpoint.state);
  return { start: checkpoint.position, rejected };
}
