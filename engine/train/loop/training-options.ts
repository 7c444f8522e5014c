/** What the training loop is given: a learner, a loader, schedules, and rules of saving. */
import type { Best, LoaderPosition, RejectedCheckpoint } from '../../checkpoint/checkpoint.ts';
import type { MachineUse } from '../../platform/machine-use.ts';
import type { Notice, RankSpeed } from '../../runs/events.ts';
import type { RunSession } from '../../runs/run-session.ts';
import type { Learner, StepWatch } from '../../tasks/learner.ts';
import type { SideWork } from '../../tasks/side-work.ts';
import type { EvaluationResult, LabelledReading, LearningReading } from '../../tasks/task.ts';
import type { TrainingLoader } from '../../tasks/training-loader.ts';
import type { InterruptSource } from './interrupts.ts';

export type Schedule = ArrayLike<number> | ((step: number) => number);

export interface TrainingOptions<Batch> {
  readonly session: RunSession;
  readonly learner: Learner<Batch>;
  /** Makes `learner` anew where its device fails; left out, such an error ends the run. */
  readonly recovery?: DeviceRecovery;
  /** A loader whose first batch has the index `startStep`; asked again after a rewind. */
  readonly openLoader: (startStep: number) => Promise<TrainingLoader<Batch>>;
  readonly schedules: {
    readonly lr: Schedule;
    readonly weightDecay: Schedule;
    readonly emaMomentum: Schedule;
  };
  readonly totalSteps: number;
  /** Where the learner's state stands; from `restoreRun` when resuming. */
  readonly start: LoaderPosition;
  /** Checkpoints that `restoreRun` passed over. */
  readonly rejected?: readonly RejectedCheckpoint[];
  /** What is to be said first. */
  readonly warnings?: readonly Notice[];
  /** What the score of a step is called, and what it would be by guessing. */
  readonly score: { readonly name: string; readonly chance: number };
  /** What is worth saying of the task's course, asked after each step. */
  readonly watch?: StepWatch;
  /** Measurement of what the network learns, as often as its cost allows. */
  readonly learning?: {
    measure(step: number): Promise<LearningReading>;
    labelled?(): Promise<LabelledReading>;
  };
  /** Samples of the machine that are told now and then; left out, none are. */
  readonly machine?: Pick<MachineUse, 'restart' | 'sample'>;
  /** The speeds of the ranks since they were asked for; left out where the process is alone. */
  readonly takeSpeeds?: () => readonly RankSpeed[] | undefined;
  /** What goes on beside the training; closed at its end. */
  readonly beside?: SideWork | undefined;
  /** Judging the model on other images while it trains. */
  readonly evaluation?: EvaluationRules;
  readonly checkpointEvery: number;
  readonly keepLast: number;
  /** Steps; 0 for never. */
  readonly keepEvery: number;
  /** A `step` event every so many steps, and for the first and the last one. */
  readonly logEvery?: number;
  readonly versions?: Readonly<Record<string, string>>;
  /** Stops and keeps, like the command. */
  readonly signal?: AbortSignal;
  /** Told of the first signal that asks the process to end, before the run has saved. */
  readonly onInterrupt?: (signal: NodeJS.Signals) => void;
  readonly interruptSource?: InterruptSource;
  readonly limits?: Partial<Limits>;
}

export interface DeviceRecovery {
  /**
   * @returns what is to be told; the learner then is in the state that training started from
   * @throws the error where nothing can be done, or an error of the device that says what to do
   */
  recover(error: unknown): Promise<readonly Notice[]>;
  /** A checkpoint was saved. */
  progressed(): void;
}

export interface EvaluationRules {
  /** Steps; the last step is always evaluated. */
  readonly every: number;
  /** Evaluations without a better one after which training ends; 0 for never. */
  readonly patience: number;
  run(): Promise<EvaluationResult>;
}

export interface TrainingOutcome {
  readonly status: 'done' | 'stopped';
  readonly step: number;
  /** Folder of the newest checkpoint, or of the best one where there were evaluations. */
  readonly checkpoint: string;
  readonly best?: Best;
  /** The signal that asked the process to end while it trained. */
  readonly interruptedBy?: NodeJS.Signals;
}

/** Limits of the loop; tests shorten them. */
export const LIMITS = {
  /** Steps in a row that may fail before the run goes back. */
  failuresBeforeRewind: 5,
  /** Rewinds without getting past the trouble before the run gives up. */
  rewinds: 3,
  /** How often a waiting run looks for commands. */
  pollMs: 250,
  /** A full disk is tried again after this, once there is more room than there was. */
  diskRetryMs: 15_000,
  /** And after this in any case. */
  diskRetryMaxMs: 300_000,
};
export type Limits = typeof LIMITS;
