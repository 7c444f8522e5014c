/**
 * The training loop's interface to an optimisation problem.
 *
 * The loop passes batches and per-step scalars, and reads or restores the whole state; it depends
 * on no network and no device.
 */
import type { Notice, StepEvent } from '../runs/events.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';

export type StepScalars = Pick<StepEvent, 'lr' | 'weightDecay' | 'emaMomentum'>;

export interface StepResult {
  /** False when loss or gradient norm were not finite; state and buffers are unchanged then. */
  readonly applied: boolean;
  /** Mean loss of the batch, in the task's unit (nats for ConMIM). */
  readonly loss: number;
  /** Global L2 norm of all gradients before clipping. */
  readonly gradNorm: number;
  /** Share of correct predictions in the batch, 0 to 1: of masked patches, or of images. */
  readonly score: number;
  /** Time the device spent on the step, ms. */
  readonly learningMs: number;
}

/** An optimisation problem whose state lives on a device. */
export interface Learner<Batch> {
  /** Compute gradients, and update the state only if loss and gradient norm are finite. */
  step(batch: Batch, scalars: StepScalars): Promise<StepResult>;

  /** Copies of the state for an exact resume, including optimizer moments and update count. */
  readState(): Promise<NamedTensors>;

  /** The weights that are trained, alone; left out where they cannot be told from other state. */
  readWeights?(): Promise<NamedTensors>;

  /**
   * Replace the whole state.
   * @throws StudioError when a tensor is missing, unexpected, or of another shape or dtype
   */
  writeState(state: NamedTensors): Promise<void>;

  dispose(): Promise<void>;
}

export type StepObservation = Pick<
  StepEvent,
  'step' | 'score' | 'chance' | 'dataWaitMs' | 'stepMs'
>;

export interface StepWatch {
  /** @returns notices about this step */
  observe(observation: StepObservation): Notice[];
}
