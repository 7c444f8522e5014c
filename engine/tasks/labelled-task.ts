/**
 * Tasks with labels: how a network gets its head, how it is evaluated, and what a comparison stores
 * of each evaluation. Fine-tuning, evaluation and comparison (downstream/) use this interface and
 * depend on no task.
 */
import type { CsvField } from '../contract/csv-text.ts';
import type { DenseLabels } from '../contract/dense-labels.ts';
import type { Mode } from '../contract/mode.ts';
import type { Precision } from '../contract/precision.ts';
import type { Scores } from '../contract/scores.ts';
import type { SettingValues } from '../contract/settings/setting.ts';
import type { Split } from '../contract/splits.ts';
import type { LeftOut } from '../data/sources/unreadable.ts';
import type { Model } from '../models/model.ts';
import type { OnnxClassifier, OnnxDetector, OnnxSegmenter } from '../models/onnx-model.ts';
import type { RecipeSource } from '../recipes/load.ts';
import type { LabelledSpec } from '../runs/labelled-spec.ts';
import type { DensePrediction } from './dense-prediction.ts';
import type { ReadPrediction } from './prediction.ts';
import type { LoadReport } from './shared/load-weights.ts';
import type { FittedTask, StartingPoint, SteppedTask, TaskReport, TaskTypes } from './task.ts';

/** The content of `metrics.json`, which pages show, as plain JSON. Tasks add fields. */
export interface TaskEvaluation extends Scores {
  readonly task: string;
  /** In which the network was computed; left out where that is not known, as of ONNX files. */
  readonly precision?: Precision;
  readonly images: number;
  /** Images for pages, the worst first, with fields of the task. */
  readonly mistakes?: readonly { readonly path?: string }[];
}

export interface LabelledReport extends TaskReport {
  readonly evaluation: TaskEvaluation;
  /** By name, each of the task's `tables`. */
  tables(): Readonly<Record<string, Table>>;
}

export interface LabelledTypes extends TaskTypes {
  readonly source: LabelledSpec;
  readonly report: LabelledReport;
}

/** @typeParam M the networks that it evaluates */
export interface LabelledTask<T extends LabelledTypes, M extends EvaluatedModel = Classifier> {
  readonly id: string;
  /** Training of all weights, or of the last blocks. */
  readonly trained: SteppedTask<T>;
  /** A head on the frozen network (`--mode linear`); left out where that is trained in steps. */
  readonly fitted?: FittedTask<T>;
  /** @throws StudioError `usage`, `recipe-unknown`, `recipe-file-invalid`, `recipe-invalid` */
  loadRecipe(request: RecipeRequest): { readonly name: string; readonly recipe: T['recipe'] };
  /** @param model undefined for random initialisation */
  start(model: Model | undefined, onLoaded: (report: LoadReport) => void): StartingPoint<T>;
  /** @throws StudioError errors of reading labelled images */
  evaluate(request: EvaluateRequest<M>): Promise<EvaluationOutput>;
  /** Files of evaluations beside `metrics.json`, by name. */
  readonly tables: Readonly<Record<string, TableKind>>;
  readonly comparison: ComparedTask<T['report']>;
  /**
   * Converts outputs of a network with such a head to predictions for an image; left out where it
   * has no such predictions.
   */
  predictions?(model: M): ReadPrediction;
  /** Of tasks whose networks say where things are in an image. */
  readonly densePrediction?: DensePrediction<M>;
}

export type ModelWithHead = Model & Required<Pick<Model, 'head'>>;

/** A network with classes that can be applied to images: its weights, or a file that is run. */
export type Classifier = ModelWithHead | OnnxClassifier;

/** A network that gives each pixel a class: its weights, or a file that is run. */
export type ModelWithSegmenter = (Model & Required<Pick<Model, 'segmenter'>>) | OnnxSegmenter;

/** A network that finds objects: its weights, or a file that is run. */
export type ModelWithDetector = (Model & Required<Pick<Model, 'detector'>>) | OnnxDetector;

export type EvaluatedModel = Classifier | ModelWithSegmenter | ModelWithDetector;

export interface RecipeRequest {
  /** A preset or file; if undefined, chosen by the network's width. */
  readonly reference: string | undefined;
  /** Where the reference is looked for. */
  readonly source: RecipeSource;
  readonly overrides: SettingValues;
  readonly mode: Mode;
  /** The network to start from, or whose dimensions a random initialisation has. */
  readonly model: Model | undefined;
}

export interface EvaluateRequest<M extends EvaluatedModel = Classifier> {
  readonly workspace: string;
  readonly model: M;
  /** Folder or list of labelled images. */
  readonly data: string;
  /** Only images that the set marks so; all without it. */
  readonly split?: Split | undefined;
  /** Separator of labels, where an image of a list has several. */
  readonly labelSeparator?: string | undefined;
  /** How masks or boxes are read; paths are absolute. */
  readonly dense?: DenseLabels | undefined;
  /** Probability from which a label is predicted, with several labels; by default the recipe's. */
  readonly threshold?: number | undefined;
  readonly device: string;
  /** `float32` when left out. */
  readonly precision?: Precision | undefined;
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

export interface EvaluationOutput {
  readonly report: LabelledReport;
  readonly imagesPerSecond: number;
  /** Lines after the headline scores, such as the worst mistakes. */
  readonly details: readonly string[];
  /** Problems of the labels, and images left out. */
  readonly warnings: readonly string[];
  /** Images that could not be decoded. */
  readonly leftOut: readonly LeftOut[];
}

/** The first columns of a table, which identify an earlier one that may be replaced. */
export interface TableKind {
  readonly columns: readonly string[];
  /** Whether further columns follow, such as one per class. */
  readonly open?: true;
}

export interface Table {
  /** Columns after those of its kind. */
  readonly more?: readonly string[];
  readonly rows: Iterable<readonly CsvField[]>;
}

/** The part of `compare.json` for one trained network: its scores, and fields of the task. */
export interface ComparedCell extends Scores {
  readonly [kept: string]: unknown;
}

/** Computes the primary score of trained networks over resamples of the test images. */
export interface ComparedTask<R extends LabelledReport> {
  /** Fields of `compare.json` from which the primary score over any images can be computed. */
  keep(report: R): Readonly<Record<string, unknown>>;
  /** Number of test images, including those that could not be decoded. */
  images(cell: ComparedCell): number;
  /**
   * The mean score of `cells` over the images that were evaluated in all, minus that of `less`.
   * @param less another side, whose images must have been evaluated as well
   */
  measure(cells: readonly ComparedCell[], less?: readonly ComparedCell[]): Measured;
}

export interface Measured {
  readonly images: number;
  /** @param weights count of each image in a resample, [images]; their sum is `images` */
  score(weights: Uint32Array): number;
}
