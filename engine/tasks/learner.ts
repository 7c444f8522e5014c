/**
 * One optimisation problem as the training loop sees it.
 *
 * The loop knows nothing of networks or devices: it feeds batches and per-step scalars, and reads or
 * restores the whole state. Pre-training and fine-tuning implement this by structure.
 */
import type { Notice } from '../runs/events.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';

/** The values of the schedules at one step. */
export interface StepScalars {
  readonly lr: number;
  readonly weightDecay: number;
  readonly emaMomentum: number;
}

export interface StepResult {
  /** False when loss or gradient norm were not finite: then no state changed, buffers included. */
  readonly applied: boolean;
  /** Mean loss of the batch, in the task's unit (nats for ConMIM). */
  readonly loss: number;
  /** Global L2 norm of all gradients before clipping. */
  readonly gradNorm: number;
  /** Share of right answers in the batch, 0 to 1: of masked patches, or of images. */
  readonly score: number;
  /** Time the device spent on the step, ms. */
  readonly learningMs: number;
}

/** An optimisation problem whose state lives on a device. */
export interface Learner<Batch> {
  /** Forward and backward; updates the state only if loss and gradient norm are finite. */
  step(batch: Batch, scalars: StepScalars): Promise<StepResult>;

  /** Everything an exact resume needs, optimizer moments and update count included, as copies. */
  readState(): Promise<NamedTensors>;

  /**
   * Replace the whole state.
   *
   * @throws StudioError when a tensor is missing, unexpected, or of another shape or dtype
   */
  writeState(state: NamedTensors): Promise<void>;

  /** Free the device. */
  dispose(): Promise<void>;
}

/** A batch with what the loop must know about it. */
export interface LoadedBatch<Batch> {
  /** Index of the batch, from 0; the loop asks for them in order. */
  readonly step: number;
  readonly epoch: number;
  readonly images: number;
  readonly waitMs: number;
  readonly replaced: readonly { path: string; reason: string; substitute: string }[];
  readonly data: Batch;
  /** Give the buffers back; `data` are not touched afterwards. */
  release(): void;
}

export interface TrainingLoader<Batch> {
  readonly stepsPerEpoch: number;
  next(): Promise<LoadedBatch<Batch>>;
  close(): Promise<void>;
}

/** A step as those who watch training see it. */
export interface StepObservation {
  /** Completed steps, this one included. */
  readonly step: number;
  /** 0 to 1. */
  readonly score: number;
  /** What the score would be by guessing. */
  readonly chance: number;
  readonly dataWaitMs: number;
  readonly stepMs: number;
}

export interface StepWatch {
  /** @returns what is worth saying after this step */
  observe(observation: StepObservation): Notice[];
}
