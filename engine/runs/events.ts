/**
 * What a run tells: one JSON object a line in `events.jsonl`, and the same objects to listeners.
 *
 * `step` counts completed steps in every event: the first `step` event has step 1, checkpoint N holds
 * the state after N steps. `time` is ms since 1970.
 */
import type { ErrorCode } from '../contract/error-codes.ts';
import type { ErrorRecord } from '../contract/errors.ts';
import type { LearningMeasures } from '../contract/learning-measures.ts';
import type { Scores } from '../contract/scores.ts';
import type { StopCode, WarningCode } from '../contract/warning-codes.ts';
import type { MachineSample } from '../platform/machine-use.ts';
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
  readonly stepsPerEpoch: number;
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

/** A few validation images as they were evaluated, in several views, such as truth and prediction. */
export interface PicturesEvent extends Stamp {
  readonly type: 'pictures';
  /** Classes that pictures show in colours, `#rrggbb`. */
  readonly legend: readonly { readonly name: string; readonly colour: string }[];
  readonly images: readonly {
    readonly path: string;
    /** Files are relative to the folder of the run; those of older evaluations are removed. */
    readonly views: readonly {
      readonly title: string;
      /** Why it shows nothing over the image. */
      readonly note?: string;
      readonly file: string;
    }[];
  }[];
}

export interface CheckpointEvent extends Stamp {
  readonly type: 'checkpoint';
  readonly folder: string;
  readonly bytes: number;
  readonly saveMs: number;
  /** Steps whose checkpoints were removed by the keeping rules. */
  readonly removed: readonly number[];
}

/** What the networks of a pre-training do with its probe set. */
export interface LearningEvent extends Stamp, LearningMeasures {
  readonly type: 'learning';
}

/** How much of the machine is in use, at least 5 s after the sample before. */
export interface MachineEvent extends Stamp, MachineSample {
  readonly type: 'machine';
}

/** One of the processes that share each batch of a run, as run.json keeps it. */
export interface RunRank {
  readonly rank: number;
  readonly host: string;
  readonly device: string;
  /** That it computes with. */
  readonly threads: number;
}

/** Of a step on all ranks, from those of a rank alone and a sum: its time, and the speed that is left to each. */
export interface ExpectedStep {
  readonly stepMs: number;
  /** Speed of each rank as a share of that of one that has nothing to sum. */
  readonly efficiency: number;
}

/** The ranks of a run, before its first step: who they are, and how fast their link is. */
export interface RanksEvent extends Stamp {
  readonly type: 'ranks';
  /** That they communicate by, with its version. */
  readonly library: string;
  readonly ranks: readonly RunRank[];
  /** Size of the gradients that each step sums. */
  readonly gradientBytes: number;
  /** How long a sum of this size takes when all ranks are there. */
  readonly sumMs: number;
  /** Left out where no step could be measured, and in logs of earlier versions. */
  readonly expected?: ExpectedStep;
}

/** How fast one rank works. */
export interface RankSpeed {
  readonly rank: number;
  /** Of its shares of the batches, in the time in which it does not wait for other ranks. */
  readonly imagesPerSecond: number;
  /** Of its time, in which it waits for other ranks; the slowest waits least. */
  readonly waitedShare: number;
}

/** The speeds of all ranks since the event before, at least 5 s after it. */
export interface RankSpeedEvent extends Stamp {
  readonly type: 'rank-speed';
  readonly ranks: readonly RankSpeed[];
}

/** What people are told of a run. */
export interface Notice {
  readonly code: WarningCode;
  readonly message: string;
  readonly advice?: string;
}

export interface WarningEvent extends Stamp, Notice {
  readonly type: 'warning';
}

/** Why a run failed, stopped or paused. */
export interface StatusReason {
  readonly code: ErrorCode | StopCode;
  readonly message: string;
}

export interface StatusEvent extends Stamp {
  readonly type: 'status';
  readonly status: RunStatus;
  readonly reason?: StatusReason;
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
  readonly checkpoint: string;
}

export interface ErrorEvent extends Stamp, ErrorRecord {}

export type TrainingEvent =
  | StepEvent
  | EpochEvent
  | EvaluationEvent
  | PicturesEvent
  | CheckpointEvent
  | MachineEvent
  | LearningEvent
  | RanksEvent
  | RankSpeedEvent
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
  'pictures',
  'checkpoint',
  'machine',
  'learning',
  'rank-speed',
  'done',
]);
