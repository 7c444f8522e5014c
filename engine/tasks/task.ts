/**
 * The interface of tasks: what starting, training, resuming and evaluating a run needs. The life of
 * a run (train/), the estimate and the commands use it and depend on no task.
 */
import type { Collectives } from '../collectives/collectives.ts';
import type { ClassLabel } from '../contract/class-labels.ts';
import type { LearningMeasures } from '../contract/learning-measures.ts';
import type { Precision } from '../contract/precision.ts';
import type { ScanDepth } from '../contract/scan-depth.ts';
import type { Scores } from '../contract/scores.ts';
import type { SharedValues } from '../contract/settings/shared.ts';
import type { TakenPatches } from '../contract/studio/student.ts';
import type { RankShare } from '../data/loader/rank-share.ts';
import type { RgbImage } from '../data/pixels/image.ts';
import type { PreparedImages } from '../data/prepared/prepared-images.ts';
import type { PreparedSettings } from '../data/preparing/prepared-settings.ts';
import type { LazyList } from '../data/sources/lazy-list.ts';
import type { NamedPicture } from '../data/targets/sample-picture.ts';
import type { RunSchedules } from '../optim/schedules.ts';
import type { Notice } from '../runs/events.ts';
import type { RunRecord } from '../runs/run-record.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import type { Learner, StepWatch } from './learner.ts';
import type { SideWork } from './side-work.ts';
import type { TrainingLoader } from './training-loader.ts';

/** The images of a run after reading. */
export interface TaskData {
  readonly images: number;
  /** Images that were left out as asked. */
  readonly excluded?: number | undefined;
  /** A hash that changes with any image. */
  readonly fingerprint: string;
  /** Folders of the images, absolute. */
  readonly folders: readonly string[];
  /** Class names in the order of the outputs, if there are classes. */
  readonly classes?: readonly string[];
  /** How dense labels write these classes. */
  readonly classLabels?: readonly ClassLabel[];
  readonly notices: readonly Notice[];
  /** Images that are read from where they are prepared. */
  readonly prepared?: Pick<PreparedImages, 'find'> | undefined;
  /** What is trained on, over which statistics can be measured. */
  readonly trainedOn?: LazyList<{ readonly path: string }>;
}

export interface TaskTypes {
  readonly recipe: SharedValues;
  /** The reference to images, as stored in a run. */
  readonly source: unknown;
  readonly data: TaskData;
  readonly batch: unknown;
  readonly learner: Learner<unknown>;
  readonly report: TaskReport;
}

/** The result of a run on its validation images, for programs and for users. */
export interface TaskReport {
  /** The last record of commands. */
  readonly record: Readonly<Record<string, unknown>>;
  /** Headline scores, one per line. */
  readonly lines: readonly string[];
}

export interface OpenLearnerOptions<T extends TaskTypes> {
  readonly recipe: T['recipe'];
  readonly data: T['data'];
  /** Initial tensors; left out when a checkpoint will be restored, or for random initialisation. */
  readonly start?: NamedTensors | undefined;
  readonly device: string;
  readonly threads?: number;
  /** Share each batch; alone when left out. */
  readonly ranks?: Collectives | undefined;
}

export interface DataContext {
  readonly workspace: string;
  readonly signal: AbortSignal | undefined;
  /** What is read of images before training begins, where the task leaves a choice. */
  readonly scan?: ScanDepth | undefined;
  /** Of a run that goes on: the images as it read them before. */
  readonly earlier?: RunRecord['dataset'];
}

interface AnyTask<T extends TaskTypes> {
  /** The `kind` in run.json and of the command. */
  readonly kind: RunRecord['kind'];
  /** @throws StudioError `recipe-invalid` */
  parseRecipe(fields: unknown, changes?: { precision?: Precision }): T['recipe'];
  /**
   * @param recipe which images it takes; others are left out and named
   * @throws StudioError when there are no images, or they do not fit the task
   */
  readData(source: T['source'], context: DataContext, recipe: T['recipe']): Promise<T['data']>;
  /** Fields of run.json for the source, besides folders and fingerprint. */
  recordOf(source: T['source']): Partial<RunRecord>;
  /** @throws StudioError `run-damaged` when the record does not name its images */
  sourceOf(record: RunRecord): T['source'];
  /** Writes the files of a report, as `evaluate` does. @returns the files, in `folder` */
  writeReport?(folder: string, report: T['report']): Promise<readonly string[]>;
}

export interface SteppedTask<T extends TaskTypes> extends AnyTask<T> {
  /** @throws StudioError `schedule-invalid`, also when the images do not fill one batch */
  schedules(recipe: T['recipe'], data: T['data']): RunSchedules;
  /** How its images can be prepared for its views; left out where they cannot. */
  preparable?(recipe: T['recipe']): PreparedSettings;
  open(options: OpenLearnerOptions<T>): Promise<T['learner']>;
  /** @param share of a rank in each batch; left out, all of it */
  openLoader(
    recipe: T['recipe'],
    data: T['data'],
    startStep: number,
    share?: RankShare,
  ): Promise<TrainingLoader<T['batch']>>;
  /** Name of a step's score, and its value by guessing. */
  score(recipe: T['recipe'], data: T['data']): { readonly name: string; readonly chance: number };
  readonly watch?: () => StepWatch;
  /** What goes on beside the training, if anything. */
  beside?(data: T['data']): SideWork | undefined;
  /** Measurement of what the network learns; left out, or undefined, where none is done. */
  learning?(recipe: T['recipe'], data: T['data']): LearningPlan<T> | undefined;
  /** Notices about the effect of computing a batch in passes or on several ranks, if any. */
  passNotices(recipe: T['recipe'], ranks?: number): readonly Notice[];
  /** Smallest number of images in a pass; left out where one image is enough. */
  leastPass?(recipe: T['recipe']): number;
  /** Evaluation of the network on other images during training. */
  evaluation?(recipe: T['recipe'], data: T['data'], totalSteps: number): EvaluationPlan<T>;
  /** The full report for the current state. */
  report?(learner: T['learner'], recipe: T['recipe'], data: T['data']): Promise<T['report']>;
}

export interface EvaluationPlan<T extends TaskTypes> {
  /** Steps between evaluations; the last step is always evaluated. */
  readonly every: number;
  /** Evaluations without improvement after which training ends; 0 for never. */
  readonly patience: number;
  evaluate(learner: T['learner']): Promise<EvaluationResult>;
}

/** What is measured of a network while it trains, beside the scores of its steps. */
export interface LearningPlan<T extends Pick<TaskTypes, 'learner'>> {
  /** @returns no measures where none can be taken in this run */
  measure(learner: T['learner'], step: number): Promise<LearningReading>;
  /** How well features tell classes apart, on a few labelled images; left out without them. */
  labelled?(learner: T['learner']): Promise<LabelledReading>;
}

export interface LabelledReading {
  /** Left out where it cannot be measured in this run. */
  readonly measures?: Readonly<Record<'knnAccuracy' | 'knnChance' | 'knnImages', number>>;
  readonly notices: readonly Notice[];
  /** without reading the images */
  readonly costMs: number;
}

export interface LearningReading {
  readonly measures?: LearningMeasures;
  /** Left out where no pictures are to be kept. */
  readonly student?: StudentReading;
  readonly notices: readonly Notice[];
}

/** What the student saw of a few images, and which patches it took for the masked ones. */
export interface StudentReading {
  /** an element for each image */
  readonly taken: readonly TakenPatches[];
  /** The same at each measurement. */
  views(): StudentPictures;
}

export interface StudentPictures {
  readonly rows: number;
  readonly cols: number;
  readonly images: readonly {
    readonly path: string;
    /** `0` or `1` for each patch, row by row */
    readonly mask: string;
    readonly student: RgbImage;
    readonly teacher: RgbImage;
  }[];
}

export interface EvaluationResult extends Scores {
  readonly n: number;
  readonly notes?: readonly string[];
  /** For people who watch a training; left out where predictions are no pictures. */
  readonly pictures?: EvaluationPictures;
}

/** A few validation images, each in several views, such as truth and prediction. */
export interface EvaluationPictures {
  /** Classes that pictures show in colours, `#rrggbb`. */
  readonly legend: readonly { readonly name: string; readonly colour: string }[];
  readonly images: readonly {
    readonly path: string;
    readonly views: readonly NamedPicture[];
  }[];
}

/** A task that is computed at once and then complete. */
export interface FittedTask<T extends TaskTypes> extends AnyTask<T> {
  fit(
    options: OpenLearnerOptions<T> & { readonly signal: AbortSignal | undefined },
  ): Promise<Fitted<T>>;
}

export interface Fitted<T extends TaskTypes> {
  readonly recipe: T['recipe'];
  readonly state: NamedTensors;
  readonly evaluation: EvaluationResult;
  readonly report: T['report'];
  /** Files beside the checkpoint, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/** Where a run starts, if not from a random initialisation. */
export interface StartingPoint<T extends Pick<TaskTypes, 'recipe' | 'data'>> {
  /** For users and the record: the run and step, the file, or `scratch`. */
  readonly origin: string;
  /** @throws StudioError `weights-mismatch` */
  tensors(recipe: T['recipe'], data: T['data']): NamedTensors;
}
