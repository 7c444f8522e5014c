/**
 * Rank 0 of a run on several ranks. The loop trains as on one process, with a learner and loaders that
 * have the other ranks do the same.
 */
import type { Collectives } from '../../collectives/collectives.ts';
import { type ErrorRecord, readErrorRecord } from '../../contract/errors.ts';
import type { RankShare } from '../../data/loader/rank-share.ts';
import type { RankSpeed } from '../../runs/events.ts';
import type { Learner, StepResult, StepScalars } from '../../tasks/learner.ts';
import type { LoadedBatch, TrainingLoader } from '../../tasks/training-loader.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { errorOf } from './error-of.ts';
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
import type { SumSwitch } from './sum-switch.ts';
import { timeOwnStep } from './time-step.ts';

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
  /** What was loaded to measure a step, for the step that it is of. */
  #ready:
    | { readonly loader: TrainingLoader<Batch>; readonly batch: LoadedBatch<Batch> }
    | undefined;

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

  /**
   * The time of a step without sums on the slowest rank, measured with the batch of a step. Weights and
   * moments of this rank stay what they are, those of the others become the same.
   *
   * @returns undefined where the batch cannot be loaded or computed, as the step itself then tells
   */
  async measureStep(
    sums: Pick<SumSwitch, 'off'>,
    step: number,
    scalars: StepScalars,
  ): Promise<number | undefined> {
    const state = await this.#learner.readState();
    const times = await this.#timeSteps(sums, step, scalars);
    await this.writeState(state);
    return times === undefined ? undefined : Math.max(...times);
  }

  async #timeSteps(sums: Pick<SumSwitch, 'off'>, step: number, scalars: StepScalars) {
    const loader = await this.#openShare(step);
    try {
      const batch = await this.#load(loader, step);
      this.#ready = { loader, batch };
      await this.#tell({ do: 'time-step', scalars });
      const own = await timeOwnStep(this.#learner, sums, batch.data, scalars);
      const all = await gatherJson(this.#ranks, own ?? null);
      return all.every((ms) => ms !== null) ? all : undefined;
    } catch (error) {
      await loader.close();
      if (this.#ready !== undefined) throw error;
      return undefined;
    }
  }

  #openShare(step: number): Promise<TrainingLoader<Batch>> {
    const { rank, size } = this.#ranks;
    return this.#open(step, { rank, size });
  }

  /** The other ranks end when nothing is left to do. */
  async dispose(): Promise<void> {
    await this.#ready?.loader.close();
    await this.#tell({ do: 'end' });
  }

  readonly openLoader = async (startStep: number): Promise<TrainingLoader<Batch>> => {
    const ready = this.#ready?.batch.step === startStep ? this.#ready : undefined;
    if (ready === undefined) await this.#ready?.loader.close();
    this.#ready = undefined;
    const own = ready?.loader ?? (await this.#openShare(startStep));
    let loaded = ready?.batch;
    let step = startStep;
    const next = async () => {
      const batch = loaded ?? (await this.#load(own, step));
      loaded = undefined;
      step += 1;
      return batch;
    };
    return { stepsPerEpoch: own.stepsPerEpoch, next, close: () => own.close() };
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
