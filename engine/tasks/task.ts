/**
 * What a task is: everything that starting, training, resuming and judging a run of it takes. The life
 * of a run (train/), the estimate and the orders read this and know no task.
 */
import type { Precision } from '../contract/precision.ts';
import type { Scores } from '../contract/scores.ts';
import type { SharedValues } from '../contract/settings/shared.ts';
import type { RunSchedules } from '../optim/schedules.ts';
import type { Notice } from '../runs/events.ts';
import type { RunRecord } from '../runs/run-record.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import type { Learner, StepWatch, TrainingLoader } from './learner.ts';

/** The images of a run, read. */
export interface TaskData {
  /** Images that are trained on. */
  readonly images: number;
  /** Changes when any image does. */
  readonly fingerprint: string;
  /** Where the images lie, absolute. */
  readonly folders: readonly string[];
  /** Class names in the order of the outputs, where there are classes. */
  readonly classes?: readonly string[];
  /** What is odd about the images. */
  readonly notices: readonly Notice[];
}

/** The types that a task is about. */
export interface TaskTypes {
  readonly recipe: SharedValues;
  /** Which images, as a run remembers them. */
  readonly source: unknown;
  readonly data: TaskData;
  readonly batch: unknown;
  /** What takes the steps, on a device. */
  readonly learner: Learner<unknown>;
  readonly report: TaskReport;
}

/** The result of a run on its validation images, for programs and for people. */
export interface TaskReport {
  /** The record that commands end with. */
  readonly record: Readonly<Record<string, unknown>>;
  /** Headlines, one a line. */
  readonly lines: readonly string[];
}

export interface OpenOptions<T extends TaskTypes> {
  readonly recipe: T['recipe'];
  readonly data: T['data'];
  /** Tensors to start from; left out where a checkpoint is going to be restored, or for chance. */
  readonly start?: NamedTensors | undefined;
  readonly device: string;
  readonly threads?: number;
}

export interface DataContext {
  readonly workspace: string;
  readonly signal: AbortSignal | undefined;
}

interface AnyTask<T extends TaskTypes> {
  /** The `kind` in run.json, and of the command. */
  readonly kind: RunRecord['kind'];
  /** @throws StudioError `recipe-invalid` */
  parseRecipe(fields: unknown, changes?: { precision?: Precision }): T['recipe'];
  /** @throws StudioError where there are no images, or they do not fit the task */
  readData(source: T['source'], context: DataContext): Promise<T['data']>;
  /** What run.json remembers of the source, beside folders and fingerprint. */
  recordOf(source: T['source']): Partial<RunRecord>;
  /** @throws StudioError `run-damaged` where the record does not name its images */
  sourceOf(record: RunRecord): T['source'];
}

/** A task that is trained step by step. */
export interface SteppedTask<T extends TaskTypes> extends AnyTask<T> {
  /** @throws StudioError `schedule-invalid`, also when the images do not fill one batch */
  schedules(recipe: T['recipe'], data: T['data']): RunSchedules;
  open(options: OpenOptions<T>): Promise<T['learner']>;
  openLoader(
    recipe: T['recipe'],
    data: T['data'],
    startStep: number,
  ): Promise<TrainingLoader<T['batch']>>;
  /** What the score of a step is called, and what it would be by guessing. */
  score(recipe: T['recipe'], data: T['data']): { readonly name: string; readonly chance: number };
  /** Looks at the course of the score. */
  readonly watch?: () => StepWatch;
  /** What computing a batch in passes means, where it means anything. */
  passNotices(recipe: T['recipe']): readonly Notice[];
  /** Judging the network on other images while it trains. */
  evaluation?(recipe: T['recipe'], data: T['data'], totalSteps: number): EvaluationPlan<T>;
  /** The whole report on the state that is open. */
  report?(learner: T['learner'], recipe: T['recipe'], data: T['data']): Promise<T['report']>;
}

export interface EvaluationPlan<T extends TaskTypes> {
  /** Steps; the last step is always evaluated. */
  readonly every: number;
  /** Evaluations without a better one after which training ends; 0 for never. */
  readonly patience: number;
  judge(learner: T['learner']): Promise<EvaluationResult>;
}

export interface EvaluationResult extends Scores {
  /** Images. */
  readonly n: number;
  /** What people are told of it. */
  readonly notes?: readonly string[];
}

/** A task that is computed in one go, and then complete. */
export interface FittedTask<T extends TaskTypes> extends AnyTask<T> {
  fit(options: OpenOptions<T> & { readonly signal: AbortSignal | undefined }): Promise<Fitted<T>>;
}

export interface Fitted<T extends TaskTypes> {
  /** The recipe with what was chosen. */
  readonly recipe: T['recipe'];
  /** What a checkpoint holds. */
  readonly state: NamedTensors;
  readonly evaluation: EvaluationResult;
  readonly report: T['report'];
  /** Files beside the checkpoint, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** What is to be told. */
  readonly notes: readonly string[];
}

/** Where a run starts, where that is not chance by the recipe's seed. */
export interface StartingPoint<T extends Pick<TaskTypes, 'recipe' | 'data'>> {
  /** For people and the record: the run and step, the file, or `scratch`. */
  readonly origin: string;
  /** @throws StudioError `weights-mismatch` */
  tensors(recipe: T['recipe'], data: T['data']): NamedTensors;
}
