/**
 * A learner that outlives trouble with its device. Where the device is lost the learner is made anew on it;
 * where its memory does not do, with passes of half the size, once. What was learnt is the loop's to
 * bring back, from a checkpoint.
 */
import { StudioError } from '../contract/errors.ts';
import { type BatchSettings, halvedPass, imagesPerPass } from '../contract/micro-batch.ts';
import { asDeviceError, type DeviceError } from '../executors/device-errors.ts';
import { type Clock, systemClock } from '../runs/clock.ts';
import type { Notice } from '../runs/events.ts';
import type { RunSession } from '../runs/run-session.ts';
import type { Learner, StepResult, StepScalars } from '../tasks/learner.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import type { DeviceRecovery } from './loop/training-options.ts';

/** Losses of the device, with no checkpoint saved between them, after which the run gives up. */
const LOSSES = 3;
/** A driver that was reset takes a moment. */
const PAUSE_MS = 500;

export interface RecoverableOptions<L> {
  readonly batch: BatchSettings;
  /** Smallest number of images in a pass; 1 if left out. */
  readonly leastPass?: number;
  /** A learner in the state that training starts from. */
  create(microBatch: number | null): Promise<L>;
  readonly clock?: Pick<Clock, 'sleep'>;
}

export class RecoverableLearner<Batch, L extends Learner<Batch>> implements Learner<Batch> {
  readonly #options: RecoverableOptions<L>;
  #learner: L | undefined;
  #batch: BatchSettings;
  #halved = false;
  #losses = 0;
  #failed = false;
  readonly #notices: Notice[] = [];

  private constructor(options: RecoverableOptions<L>) {
    this.#options = options;
    this.#batch = options.batch;
  }

  /** @throws what `create` throws, device errors only when they cannot be recovered from */
  static async open<Batch, L extends Learner<Batch>>(
    options: RecoverableOptions<L>,
  ): Promise<RecoverableLearner<Batch, L>> {
    const learner = new RecoverableLearner<Batch, L>(options);
    try {
      await learner.#open();
    } catch (error) {
      learner.#notices.push(...(await learner.recover(error)));
    }
    return learner;
  }

  /** The learner as it is now; another one after `recover`. */
  get current(): L {
    if (this.#learner === undefined) throw new Error('the learner could not be opened again');
    return this.#learner;
  }

  /** Images that are computed at once, as the recipe names them. */
  get microBatch(): number | null {
    return this.#batch.micro_batch;
  }

  /** What `open` and `attempt` had to do, for people. */
  get notices(): readonly Notice[] {
    return this.#notices;
  }

  step(batch: Batch, scalars: StepScalars): Promise<StepResult> {
    return this.current.step(batch, scalars);
  }

  readState(): Promise<NamedTensors> {
    return this.current.readState();
  }

  async readWeights(): Promise<NamedTensors> {
    const { current } = this;
    return (await current.readWeights?.()) ?? current.readState();
  }

  writeState(state: NamedTensors): Promise<void> {
    return this.current.writeState(state);
  }

  async dispose(): Promise<void> {
    const learner = this.#learner;
    this.#learner = undefined;
    try {
      await learner?.dispose();
    } catch (error) {
      // Of a device that failed nothing else is to be expected, and it has been told.
      if (!this.#failed) throw error;
    }
  }

  /** Work of its own, done again from its beginning where the device fails. */
  async attempt<T>(work: (learner: L) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work(this.current);
      } catch (error) {
        this.#notices.push(...(await this.recover(error)));
      }
    }
  }

  /** A checkpoint was saved: what fails from now on is another trouble. */
  progressed(): void {
    this.#losses = 0;
  }

  /**
   * Make the learner anew, in the state that training starts from.
   *
   * @returns what was done, for people
   * @throws the error itself when it is none of the device; the device's, with advice, when nothing
   *   helps any more
   */
  async recover(error: unknown): Promise<Notice[]> {
    const original = asDeviceError(error);
    if (original === undefined) throw error;
    const warnings: Notice[] = [];
    for (let trouble = original; ; ) {
      this.#failed = true;
      const warning =
        trouble.code === 'device-lost' ? this.#countLoss(original) : this.#halve(trouble);
      await this.dispose();
      if (trouble.code === 'device-lost')
        await (this.#options.clock ?? systemClock).sleep(PAUSE_MS);
      try {
        await this.#open();
        this.#failed = false;
        return [...warnings, warning];
      } catch (next) {
        const again = asDeviceError(next);
        if (again === undefined) throw notOpened(original, next);
        if (again.code !== trouble.code) warnings.push(warning);
        trouble = again;
      }
    }
  }

  async #open(): Promise<void> {
    this.#learner = await this.#options.create(this.#batch.micro_batch);
  }

  #countLoss(error: DeviceError): Notice {
    this.#losses += 1;
    const { device } = error.details;
    if (this.#losses < LOSSES) {
      return {
        code: 'device-lost',
        message: `The device ${device} was lost and has been opened again.`,
        advice:
          'If that happens again and again, update its driver, or give it less to do at once with micro_batch.',
      };
    }
    throw new StudioError(
      'device-lost',
      `The device ${device} was lost ${this.#losses} times, and no checkpoint could be saved between. The last reason: ${reasonOf(error)}`,
      {
        advice:
          'Everything that was saved is kept. Update its driver, lower micro_batch, or resume on another device (--device cpu).',
        details: error.details,
        cause: error,
      },
    );
  }

  #halve(error: DeviceError): Notice {
    const { batch_size: batch } = this.#batch;
    const before = imagesPerPass(this.#batch);
    const { leastPass = 1 } = this.#options;
    const half = halvedPass(this.#batch, leastPass);
    const { device } = error.details;
    if (this.#halved || half === undefined) {
      throw new StudioError(
        'device-out-of-memory',
        `The device ${device} has not enough memory for a micro-batch of ${before}${whySmallest(this.#halved, leastPass)}: ${reasonOf(error)}`,
        {
          advice:
            'Everything that was saved is kept. Resume on another device (--device cpu), or begin anew with recompute=true, a smaller micro_batch or a smaller recipe.',
          details: { ...error.details, imagesAtOnce: before },
          cause: error,
        },
      );
    }
    this.#halved = true;
    this.#batch = { batch_size: batch, micro_batch: half };
    return {
      code: 'device-out-of-memory',
      message: `The device ${device} has not enough memory for a micro-batch of ${before}; the batch of ${batch} continues in passes of ${half}.`,
      advice: 'It stays so when the run is resumed. Steps take a little longer.',
    };
  }
}

/** What the loop does about trouble with a device, run.json kept true to it. */
export function deviceRecovery(
  learner: Pick<RecoverableLearner<never, Learner<never>>, 'recover' | 'progressed' | 'microBatch'>,
  session: RunSession,
  /** what smaller passes mean */
  meaning: (microBatch: number | null) => readonly Notice[],
): DeviceRecovery {
  return {
    async recover(error) {
      const before = learner.microBatch;
      const warnings = await learner.recover(error);
      const { microBatch } = learner;
      if (microBatch === before) return warnings;
      await session.recordRecipe({ micro_batch: microBatch });
      return [...warnings, ...meaning(microBatch)];
    },
    progressed: () => learner.progressed(),
  };
}

function whySmallest(isHalved: boolean, leastPass: number): string {
  if (isHalved) return ', half of what was tried first';
  return leastPass > 1 ? `, and this network needs ${leastPass} images in a pass` : '';
}

function notOpened(original: DeviceError, cause: unknown): StudioError {
  const { code, message, advice, details } = original;
  const reopening = cause instanceof Error ? cause.message : String(cause);
  return new StudioError(code, message, {
    advice,
    details: { ...details, reopening },
    cause,
  });
}

function reasonOf(error: StudioError): string {
  return error.cause instanceof Error ? error.cause.message.split('\n')[0]! : error.message;
}
