/** One of the processes of a run, and how it is spoken of when it is missing. */
import { StudioError } from '../../contract/errors.ts';

export interface RankMember {
  readonly rank: number;
  readonly host: string;
  readonly pid: number;
}

const RESUME_ADVICE =
  'What was saved stays: resume the run, on fewer ranks if need be. A process that the system killed may have used too much memory, which its log tells.';

/** @param what happened to it, as the end of a sentence */
export function rankLost(member: RankMember, what: string): StudioError {
  const { rank, host, pid } = member;
  return new StudioError('rank-lost', `Rank ${rank} on ${host} (process ${pid}) ${what}.`, {
    advice: RESUME_ADVICE,
    details: { rank, host, pid },
  });
}

/** @param said by their launcher */
export function ranksLost(said: string): StudioError {
  return new StudioError('rank-lost', 'The ranks ended unexpectedly.', {
    advice: `Look at what their launcher wrote. ${RESUME_ADVICE}`,
    details: { reason: said.trim().slice(-1000) },
  });
}
