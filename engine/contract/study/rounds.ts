/** Rounds of successive halving, and the number of trainings of a study. */
import type { Study } from './study.ts';

/** Share of trials that go on to the next round. */
export const KEPT_SHARE = 1 / 3;
/** Shortest first round. */
const LEAST_STEPS = 10;

/** Steps of each round: each trains three times as long as the one before, and the last one `steps`. */
export function roundsOf(steps: number, trials: number): number[] {
  const rounds = [steps];
  for (let left = trials; left > 1; left = Math.ceil(left * KEPT_SHARE)) {
    const shorter = Math.round(rounds[0]! * KEPT_SHARE);
    if (shorter < LEAST_STEPS) break;
    rounds.unshift(shorter);
  }
  return rounds;
}

interface Size {
  readonly trials: number;
  readonly rounds: number;
  readonly seeds: number;
}

/** How many trials each round has. */
export function trialsOfRounds({ trials, rounds }: Omit<Size, 'seeds'>): number[] {
  const counts = [trials];
  while (counts.length < rounds) counts.push(Math.max(1, Math.ceil(counts.at(-1)! * KEPT_SHARE)));
  return counts;
}

export function trainingCount(size: Size): number {
  return trialsOfRounds(size).reduce((sum, count) => sum + count * size.seeds, 0);
}

/** That of a plan. */
export function plannedTrainings({
  trials,
  rounds,
  seeds,
}: Pick<Study, 'trials' | 'rounds' | 'seeds'>): number {
  return trainingCount({ trials: trials.length, rounds: rounds.length, seeds });
}
