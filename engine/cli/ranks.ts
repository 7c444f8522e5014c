/** Commands that train on several ranks: rank 0 runs the command, the others follow it. */
import type { Collectives } from '../collectives/collectives.ts';
import { launchedRanks } from '../collectives/launched.ts';
import { toStudioError } from '../contract/errors.ts';
import type { CommandCall } from './command.ts';
import { exitCodeOf, reportError } from './report-error.ts';

/**
 * An error on any rank ends all, since the others would wait for it.
 *
 * @param train what rank 0 does, without ranks where the process was started alone
 */
export async function onRanks(
  { out, host, parts }: CommandCall,
  train: (ranks: Collectives | undefined) => Promise<void>,
): Promise<void> {
  if (launchedRanks(host.env) === undefined) return train(undefined);
  const ranks = await parts.openCollectives(host.env);
  if (ranks.size === 1) return train(undefined);
  try {
    if (ranks.rank === 0) await train(ranks);
    else await parts.followRun(ranks);
    await ranks.close();
  } catch (thrown) {
    const error = toStudioError(thrown);
    if (ranks.rank === 0) reportError(error, out);
    // What all ranks know is reported by rank 0.
    else if (error.code !== 'rank-failed')
      out.note(`Error of rank ${ranks.rank} of ${ranks.size}: ${error.message}`);
    await ranks.abort(exitCodeOf(error));
  }
}
