/**
 * What a run tells: one JSON object a line in `events.jsonl`, and the same objects to listeners.
 *
 * `step` counts completed steps in every event: the first `step` event has step 1, checkpoint N holds
 * the state after N steps. `time` is ms since 1970.
 */
import type { ErrorRecord } from '../contract/errors.ts';
import type { Scores } from '../contract/scores.ts';
import type { RunStatus } from './run-record.ts';

interface Stamp {
  readonly step: number;
  readonly time: number;
}

/**
 * How well training does on its own batches, as augmented. In the log the score also stands under its
 * own name, such as `tokenMatch` or `top1`; logs of 0.1.0 have it there alone.
 */
interface TrainingScore {
  readonly scoreName: string;
  readonly score: number;
}

/** One training step; values are of this step alone, rates are smoothed over recent steps. */
export interface StepEvent extends Stamp, TrainingScore {
  readonly type: 'step';
  /** From 0. */
  readonly epoch: number;
  /** Mean cross-entropy over the batch's masked patches, or its images, nats. */
  readonly loss: number;
  /** What the score would be by guessing. */
  readonly chance: number;
  /** L2 norm before clipping. */
  readonly gradNorm: number;
  readonly lr: number;
  readonly weightDecay: number;
  readonly emaMomentum: number;
  readonly imagesPerSecond: number;
  /** How long this step waited for its batch. */
  readonly dataWaitMs: number;
  /** Forward, backward and update, without the wait. */
  readonly stepMs: number;
  readonly etaSeconds: number;
  readonly rssBytes: number;
}

/** An epoch is complete; means over its steps in this session. */
export interface EpochEvent extends Stamp, TrainingScore {
  readonly type: 'epoch';
  readonly epoch: number;
  readonly loss: number;
}

/**
 * The model as it stands, on images that it does not train on. In the log each value also stands under
 * its own name, such as `top1` or `loss`; logs of 0.1.0 have only those.
 */
export interface EvaluationEvent extends Stamp, Scores {
  readonly type: 'evaluation';
  /** Images. */
  readonly n: number;
  /** Whether it is the best so far, which is kept. */
  readonly best: boolean;
}

export interface CheckpointEvent extends Stamp {
  readonly type: 'checkpoint';
  readonly folder: string;
  readonly bytes: number;
  readonly saveMs: number;
  /** Steps whose checkpoints were removed by the keeping rules. */
  readonly removed: readonly number[];
}

/** Codes of warnings, with what they mean. docs/errors.md lists them. */
export const WARNING_CODES = {
  'non-finite-step': 'Loss or gradient was not finite; the step changed nothing.',
  'batch-left-out': 'A batch whose loss was not finite before a rewind was left out.',
  'data-wait': 'Much of the time goes into waiting for images.',
  'shortcut-suspected': 'The match rises faster than learning does.',
  plateau: 'The match has stayed at chance.',
  'match-saturated': 'Nearly every token is matched: more steps may make features worse.',
  'stopped-early': 'Evaluations no longer got better.',
  'micro-batches': 'A batch is computed in passes, and normalisation sees one pass at a time.',
  'device-lost': 'The device was lost and opened again; training goes on from a checkpoint.',
  'device-out-of-memory':
    'The device ran out of memory; batches are computed in smaller passes since.',
  leakage: 'Evaluation images also occur among those trained on.',
  labels: 'Labels may be wrong, for example because the same image has two.',
  'images-left-out': 'Images to evaluate on could not be decoded any more and were left out.',
  'images-doubtful': 'Images may not show what was meant, for example a single colour.',
  'checkpoint-damaged': 'A checkpoint is damaged and was passed over.',
  'checkpoint-not-finite': 'The state holds numbers that are not finite and was not saved.',
  'dataset-changed': 'The images are not those that the run began with.',
  'environment-changed': 'Versions, device or threads are not those that the run began with.',
  'lock-restored': 'The lock of the run was removed and has been made again.',
  'log-restored': 'A file of the log was removed and has been begun again.',
  'command-ignored': 'A command file could not be understood.',
} as const;
export type WarningCode = keyof typeof WARNING_CODES;

/** What people are told of a run. */
export interface Notice {
  readonly code: WarningCode;
  readonly message: string;
  readonly advice?: string;
}

export interface WarningEvent extends Stamp, Notice {
  readonly type: 'warning';
}

export interface StatusEvent extends Stamp {
  readonly type: 'status';
  readonly status: RunStatus;
  readonly reason?: { readonly code: string; readonly message: string };
}

export interface BrokenImageEvent extends Stamp {
  readonly type: 'broken-image';
  readonly path: string;
  readonly reason: string;
  readonly substitute: string;
}

export interface RewindEvent extends Stamp {
  readonly type: 'rewind';
  readonly toStep: number;
  /** Batches (from 0) that the replay leaves out. */
  readonly skippedBatches: readonly number[];
  readonly message: string;
}

export interface DoneEvent extends Stamp {
  readonly type: 'done';
  /** Folder of the last checkpoint. */
  readonly checkpoint: string;
}

export interface ErrorEvent extends Stamp, ErrorRecord {}

export type TrainingEvent =
  | StepEvent
  | EpochEvent
  | EvaluationEvent
  | CheckpointEvent
  | WarningEvent
  | StatusEvent
  | BrokenImageEvent
  | RewindEvent
  | DoneEvent
  | ErrorEvent;

/** Events that draw curves or name files; they are dropped when a run goes back behind them. */
export const REPLAYED_EVENTS: ReadonlySet<string> = new Set<TrainingEvent['type']>([
  'step',
  'epoch',
  'evaluation',
  'checkpoint',
  'done',
]);
