/** The rank that ended without a word, as far as its launcher tells. */
import { type RankMember, rankLost, ranksLost } from '../../collectives/watch/member.ts';
import type { StudioError } from '../../contract/errors.ts';

/**
 * @param members ranks that have begun
 * @param said    end of what the launcher wrote
 */
export function lostRank(members: readonly RankMember[], said: string): StudioError {
  // Open MPI names the rank, MPICH the process.
  const named = /process rank (\d+) with PID|Process name: \[\[\d+,\d+\],\s*(\d+)\]/.exec(said);
  const pid = Number(/PID (\d+) RUNNING AT/.exec(said)?.[1]);
  const rank = named === null ? undefined : Number(named[1] ?? named[2]);
  const lost = members.find((each) => each.rank === rank || each.pid === pid);
  return lost === undefined ? ranksLost(said) : rankLost(lost, 'ended unexpectedly');
}
