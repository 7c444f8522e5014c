/**
 * Rank 0 of a run on several ranks. The loop trains as on one process, with a learner and loaders that
 * have the other ranks do the same.
 */
import type { Collectives } from '../../collectives/collectives.ts';
import { type ErrorRecord, readErrorRecord, toStudioError } from '../../contract/errors.ts';
import type { RankShare } from '../../data/loader/rank-share.ts';
import type { RankSpeed } from '../../runs/events.ts';
import type { Learner, StepResult, StepScalars } from '../../tasks/learner.ts';
import type { LoadedBatch, TrainingLoader } from '../../tasks/training-loader.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import {
  gradientElements,
  type LinkSpeed,
  linkSpeed,
  measuredElements,
  timeSum,
} from './link-speed.ts';
import { gatherJson, type Instruction, type LoadReport, shareJson } from './messages.ts';
import { AllWork, OwnWork } from './rank-work.ts';
import { compareStates, compareWeights, takeState } from './shared-state.ts';

/** Opens the loader of a rank's share, whose first batch is that of `startStep`. */
export type OpenShare<Batch> = (
  startStep: number,
  share: RankShare,
) => Promise<TrainingLoader<Batch>>;

/**
 * Steps between two comparisons of the weights. The hash of a network takes about as long as a hundredth
 * of a step on CPUs, and a rank that has gone astray spoils no more than these steps.
 */
export const COMPARED_EVERY = 100;

export class RankLeader<Batch> implements Learner<Batch> {
  readonly #ranks: Collectives;
  readonly #learner: Learner<Batch>;
  readonly #open: OpenShare<Batch>;
  readonly #work: OwnWork;
  readonly #all = new AllWork();
  #steps = 0;
  /** Images of this rank in the batch that was loaded last. */
  #images = 0;
  #steppedAt = performance.now();

  /** @param learner sums over these ranks */
  constructor(ranks: Collectives, learner: Learner<Batch>, open: OpenShare<Batch>) {
    this.#ranks = ranks;
    this.#learner = learner;
    this.#open = open;
    this.#work = new OwnWork(ranks);
  }

  /** The speed of each rank since it was asked; undefined where that is not known yet. */
  takeSpeeds(): RankSpeed[] | undefined {
    return this.#all.take();
  }

  /** @throws StudioError `ranks-diverged` */
  async step(batch: Batch, scalars: StepScalars): Promise<StepResult> {
    const result = await this.#work.do(async () => {
      await this.#tell({ do: 'step', scalars });
      return this.#learner.step(batch, scalars);
    });
    this.#work.count(this.#images);
    this.#steppedAt = performance.now();
    this.#steps += 1;
    if (this.#steps % COMPARED_EVERY === 0) {
      await this.#tell({ do: 'compare-weights' });
      await compareWeights(this.#ranks, this.#learner);
    }
    return result;
  }

  /** @throws StudioError `ranks-diverged` */
  async readState(): Promise<NamedTensors> {
    await this.#tell({ do: 'compare' });
    await compareStates(this.#ranks, this.#learner);
    return this.#learner.readState();
  }

  async writeState(state: NamedTensors): Promise<void> {
    await this.#learner.writeState(state);
    await this.shareState();
  }

  /** Give all ranks the state of this one. */
  async shareState(): Promise<void> {
    await this.#tell({ do: 'take-state' });
    await takeState(this.#ranks, this.#learner);
  }

  /** The time of a sum of all gradients, all ranks being there. */
  async measureLink(): Promise<LinkSpeed> {
    const gradients = gradientElements(await this.#learner.readState());
    const elements = measuredElements(gradients);
    await this.#tell({ do: 'measure', elements });
    const ms = await timeSum(this.#ranks, elements);
    return linkSpeed(gradients, elements, ms);
  }

  /** The other ranks end when nothing is left to do. */
  async dispose(): Promise<void> {
    await this.#tell({ do: 'end' });
  }

  readonly openLoader = async (startStep: number): Promise<TrainingLoader<Batch>> => {
    const { rank, size } = this.#ranks;
    const own = await this.#open(startStep, { rank, size });
    let step = startStep;
    return {
      stepsPerEpoch: own.stepsPerEpoch,
      next: () => this.#load(own, step++),
      close: () => own.close(),
    };
  };

  /** @throws StudioError of the first rank that could not load its share */
  async #load(own: TrainingLoader<Batch>, step: number): Promise<LoadedBatch<Batch>> {
    const besideMs = performance.now() - this.#steppedAt;
    const batch = await this.#work.do(async () => {
      await this.#tell({ do: 'load', step, besideMs });
      return loadShare(own);
    });
    const reports = await this.#work.do(() => gatherJson(this.#ranks, reportOf(batch, this.#work)));
    const shares = reports.map((each) => {
      if ('error' in each) throw readErrorRecord(each.error);
      return each;
    });
    this.#all.add(shares.map(({ work }) => work));
    const { images, ...rest } = batch as LoadedBatch<Batch>;
    this.#images = images;
    return {
      ...rest,
      images: shares.reduce((sum, share) => sum + share.images, 0),
      waitMs: Math.max(...shares.map(({ waitMs }) => waitMs)),
      replaced: shares.flatMap(({ replaced }) => replaced),
      damaged: shares.flatMap(({ damaged = [] }) => damaged),
    };
  }

  async #tell(instruction: Instruction): Promise<void> {
    await shareJson(this.#ranks, instruction);
  }
}

/** A rank's share of the next batch, or why there is none. */
export function loadShare<Batch>(
  loader: TrainingLoader<Batch>,
): Promise<LoadedBatch<Batch> | { readonly error: ErrorRecord }> {
  return loader.next().catch((error: unknown) => ({ error: errorOf(error) }));
}

/** What a rank tells the others of its share. */
export function reportOf(
  loaded: LoadedBatch<unknown> | { readonly error: ErrorRecord },
  work: OwnWork,
): LoadReport {
  if ('error' in loaded) return loaded;
  const { images, waitMs, replaced, damaged, epoch } = loaded;
  return { images, waitMs, replaced, epoch, work: work.take(), ...(damaged && { damaged }) };
}

export function errorOf(error: unknown): ErrorRecord {
  return toStudioError(error).toJSON();
}
