/** A rank that follows rank 0: it loads its share of each batch and computes each step with the others. */
import type { Collectives } from '../../collectives/collectives.ts';
import { isStudioError } from '../../contract/errors.ts';
import type { Learner } from '../../tasks/learner.ts';
import type { LoadedBatch, TrainingLoader } from '../../tasks/training-loader.ts';
import { errorOf } from './error-of.ts';
import { loadShare, type OpenShare, reportOf } from './leader.ts';
import { timeSum } from './link-speed.ts';
import { gatherJson, type Instruction, type LoadReport, shareJson } from './messages.ts';
import { OwnWork } from './rank-work.ts';
import { compareStates, compareWeights, takeState } from './shared-state.ts';
import type { SumSwitch } from './sum-switch.ts';
import { timeOwnStep } from './time-step.ts';

/**
 * Until rank 0 ends the run. What fails while a step is computed ends this rank, and so all.
 *
 * @param sums    over which the learner sums
 * @throws what the learner throws
 */
export async function followLeader<Batch>(
  ranks: Collectives,
  sums: Pick<SumSwitch, 'off'>,
  learner: Learner<Batch>,
  open: OpenShare<Batch>,
): Promise<void> {
  const work = new OwnWork(ranks);
  const shares = new FollowedShares(ranks, open, work);
  try {
    for (;;) {
      const waitedMs = work.waitedMs;
      const instruction = await shareJson<Instruction>(ranks);
      const sinceMs = work.waitedMs - waitedMs;
      switch (instruction.do) {
        case 'load': {
          work.waited(sinceMs - instruction.besideMs);
          const report = await shares.load(instruction.step);
          await work.do(() => gatherJson(ranks, report));
          break;
        }
        case 'step': {
          work.waited(sinceMs);
          const { data, images } = shares.batch!;
          await work.do(() => learner.step(data, instruction.scalars));
          work.count(images);
          break;
        }
        case 'take-state':
          await takeState(ranks, learner);
          break;
        case 'compare':
          await compareStates(ranks, learner).catch(leaveToLeader);
          break;
        case 'compare-weights':
          await compareWeights(ranks, learner).catch(leaveToLeader);
          break;
        case 'measure':
          await timeSum(ranks, instruction.elements);
          break;
        case 'time-step': {
          const { data } = shares.batch!;
          const { scalars } = instruction;
          await gatherJson(ranks, (await timeOwnStep(learner, sums, data, scalars)) ?? null);
          break;
        }
        case 'end':
          return;
      }
    }
  } finally {
    await shares.close();
  }
}

/** What differs is reported by rank 0, which then ends all. */
function leaveToLeader(error: unknown): void {
  if (!isStudioError(error, 'ranks-diverged')) throw error;
}

/** The share of the batch that rank 0 asks for; after a rewind that is not the next one. */
class FollowedShares<Batch> {
  batch: LoadedBatch<Batch> | undefined;
  readonly #ranks: Collectives;
  readonly #open: OpenShare<Batch>;
  readonly #work: OwnWork;
  #loader: TrainingLoader<Batch> | undefined;
  #next = -1;

  constructor(ranks: Collectives, open: OpenShare<Batch>, work: OwnWork) {
    this.#ranks = ranks;
    this.#open = open;
    this.#work = work;
  }

  async load(step: number): Promise<LoadReport> {
    try {
      if (this.#next !== step) await this.close();
      const { rank, size } = this.#ranks;
      this.#loader ??= await this.#open(step, { rank, size });
    } catch (error) {
      return { error: errorOf(error) };
    }
    this.#next = step + 1;
    const loader = this.#loader;
    const loaded = await this.#work.do(() => loadShare(loader));
    this.batch = 'error' in loaded ? undefined : loaded;
    return reportOf(loaded, this.#work);
  }

  async close(): Promise<void> {
    const loader = this.#loader;
    this.#loader = undefined;
    await loader?.close();
  }
}
