/** How long a step of a rank's own share takes, measured before the first one. */
import type { Learner, StepScalars } from '../../tasks/learner.ts';
import type { SumSwitch } from './sum-switch.ts';

const TIMES = 3;
/** No further step is begun after so long. */
const BUDGET_MS = 3000;

/**
 * The shortest of some steps without sums, which change the state of this rank.
 *
 * @returns undefined where a step fails, as the first real one then tells
 */
export async function timeOwnStep<Batch>(
  learner: Pick<Learner<Batch>, 'step'>,
  sums: Pick<SumSwitch, 'off'>,
  batch: Batch,
  scalars: StepScalars,
): Promise<number | undefined> {
  const began = performance.now();
  let shortest = Number.POSITIVE_INFINITY;
  try {
    for (let i = 0; i < TIMES && performance.now() - began < BUDGET_MS; i++) {
      const started = performance.now();
      await sums.off(() => learner.step(batch, scalars));
      shortest = Math.min(shortest, performance.now() - started);
    }
    return shortest;
  } catch {
    return undefined;
  }
}
