/** The ranks of a run that are ready to train. */
import type { Notice, RunRank } from '../../runs/events.ts';
import type { SumSwitch } from './sum-switch.ts';

export interface Crew {
  readonly members: readonly RunRank[];
  /** Over which the learner of this rank sums. */
  readonly sums: SumSwitch;
  /** Of what they compute on. */
  readonly notices: readonly Notice[];
}
