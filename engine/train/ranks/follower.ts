/** A rank that follows rank 0: it loads its share of each batch and computes each step with the others. */
import type { Collectives } from '../../collectives/collectives.ts';
import { isStudioError } from '../../contract/errors.ts';
import type { Learner } from '../../tasks/learner.ts';
import type { LoadedBatch, TrainingLoader } from '../../tasks/training-loader.ts';
import { errorOf, loadShare, type OpenShare } from './leader.ts';
import { timeSum } from './link-speed.ts';
import { gatherJson, type Instruction, type LoadReport, shareJson } from './messages.ts';
import { compareStates, compareWeights, takeState } from './shared-state.ts';

/**
 * Until rank 0 ends the run. What fails while a step is computed ends this rank, and so all.
 *
 * @throws what the learner throws
 */
export async function followLeader<Batch>(
  ranks: Collectives,
  learner: Learner<Batch>,
  open: OpenShare<Batch>,
): Promise<void> {
  const shares = new FollowedShares(ranks, open);
  try {
    for (;;) {
      const instruction = await shareJson<Instruction>(ranks);
      switch (instruction.do) {
        case 'load':
          await gatherJson(ranks, await shares.load(instruction.step));
          break;
        case 'step':
          await learner.step(shares.batch!.data, instruction.scalars);
          break;
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
  #loader: TrainingLoader<Batch> | undefined;
  #next = -1;

  constructor(ranks: Collectives, open: OpenShare<Batch>) {
    this.#ranks = ranks;
    this.#open = open;
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
    const [batch, report] = await loadShare(this.#loader);
    this.batch = batch;
    return report;
  }

  async close(): Promise<void> {
    const loader = this.#loader;
    this.#loader = undefined;
    await loader?.close();
  }
}
