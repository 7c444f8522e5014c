/**
 * A task that is learnt from labels: how a network gets its head, how a network with such a head is
 * judged, and what a comparison keeps of each judgement. Fine-tuning, evaluation and comparison
 * (downstream/) read this and know no task.
 */
import type { CsvField } from '../contract/csv-text.ts';
import type { Scores } from '../contract/scores.ts';
import type { SettingValues } from '../contract/settings/setting.ts';
import type { LeftOut } from '../data/eval-set.ts';
import type { Model } from '../models/model.ts';
import type { LabelledSpec } from '../runs/labelled-spec.ts';
import type { ReadPrediction } from './prediction.ts';
import type { LoadReport } from './shared/load-weights.ts';
import type { Mode } from './shared/mode.ts';
import type { FittedTask, StartingPoint, SteppedTask, TaskReport, TaskTypes } from './task.ts';

/** What `metrics.json` holds and pages show, plain JSON. Each task has fields of its own beside these. */
export interface TaskEvaluation extends Scores {
  readonly task: string;
  readonly images: number;
  /** Images that pages show, the worst first, with what the task says of each. */
  readonly mistakes?: readonly { readonly path?: string }[];
}

export interface LabelledReport extends TaskReport {
  readonly evaluation: TaskEvaluation;
}

export interface LabelledTypes extends TaskTypes {
  readonly source: LabelledSpec;
  readonly report: LabelledReport;
}

export interface LabelledTask<T extends LabelledTypes> {
  readonly id: string;
  /** Training of all weights, or of the last blocks. */
  readonly trained: SteppedTask<T>;
  /** A head on the frozen network (`--mode linear`); left out where its recipe has it trained step by step. */
  readonly fitted?: FittedTask<T>;
  /** @throws StudioError `usage`, `recipe-unknown`, `recipe-file-invalid`, `recipe-invalid` */
  loadRecipe(request: RecipeRequest): { readonly name: string; readonly recipe: T['recipe'] };
  /** @param model by chance, where it is undefined */
  start(model: Model | undefined, onLoaded: (report: LoadReport) => void): StartingPoint<T>;
  /** @throws StudioError as reading labelled images does */
  judge(request: JudgeRequest): Promise<Judgement>;
  /** Files that judgements write beside `metrics.json`, by name. */
  readonly tables: Readonly<Record<string, TableKind>>;
  readonly comparison: ComparedTask<T['report']>;
  /** How outputs of a network with such a head become predictions. */
  predictions(model: ModelWithHead): ReadPrediction;
}

export type ModelWithHead = Model & Required<Pick<Model, 'head'>>;

export interface RecipeRequest {
  /** A preset or file; by the network's width where it is undefined. */
  readonly reference: string | undefined;
  /** What relative paths start from. */
  readonly folder: string;
  readonly overrides: SettingValues;
  readonly mode: Mode;
  /** The network to start from, or whose shape a start by chance has. */
  readonly model: Model | undefined;
}

export interface JudgeRequest {
  readonly workspace: string;
  /** With a head. */
  readonly model: ModelWithHead;
  /** Folder or list of labelled images. */
  readonly data: string;
  /** What divides the labels of an image, where a list has several. */
  readonly labelSeparator?: string | undefined;
  readonly device: string;
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

export interface Judgement {
  readonly report: LabelledReport;
  readonly imagesPerSecond: number;
  /** What is said after the headlines, such as the worst mistakes, one a line. */
  readonly details: readonly string[];
  /** What is odd about the labels, and what was left out. */
  readonly warnings: readonly string[];
  /** Images that could not be decoded any more. */
  readonly leftOut: readonly LeftOut[];
  /** By name, each of the task's `tables`. */
  tables(): Readonly<Record<string, Table>>;
}

/** How a table begins: by that it is recognised, and may be replaced. */
export interface TableKind {
  readonly columns: readonly string[];
  /** Whether others follow, such as one a class. */
  readonly open?: true;
}

export interface Table {
  /** Columns after those of its kind. */
  readonly more?: readonly string[];
  readonly rows: Iterable<readonly CsvField[]>;
}

/** What `compare.json` holds of one trained network: its scores, and what the task keeps of it. */
export interface ComparedCell extends Scores {
  readonly [kept: string]: unknown;
}

/** How the primary score of trained networks varies with the images that they are judged on. */
export interface ComparedTask<R extends LabelledReport> {
  /** Enough of each image to compute the primary score over any of them: fields of `compare.json`. */
  keep(report: R): Readonly<Record<string, unknown>>;
  /** Images that a network was judged on, with those that could not be decoded. */
  images(cell: ComparedCell): number;
  /**
   * The mean score of `cells` over the images that were judged in all, less that of `less`.
   *
   * @param less another side, whose images must have been judged as well
   */
  measure(cells: readonly ComparedCell[], less?: readonly ComparedCell[]): Measured;
}

export interface Measured {
  readonly images: number;
  /** @param weights how often each image counts, [images]; their sum is `images` */
  score(weights: Uint32Array): number;
}
