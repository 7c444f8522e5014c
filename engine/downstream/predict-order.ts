/** The request, the callbacks and the result of `predict`. */
import type { Precision } from '../contract/precision.ts';
import type { PredictionRow } from '../contract/predictions-text.ts';
import type { LeftOut } from '../data/sources/unreadable.ts';
import type { ModelReference } from '../models/open-model.ts';
import type { PredictedClass, PredictedImage } from '../predictions/prediction.ts';
import type { PredictedKind } from '../predictions/prediction-text.ts';

export interface PredictOrder {
  readonly workspace: string;
  readonly model: ModelReference;
  /** folders of images, and images */
  readonly data: readonly string[];
  readonly device: string;
  /** `float32` when left out. */
  readonly precision?: Precision | undefined;
  /** Smallest score of objects that are kept, where a network finds objects. */
  readonly threshold?: number | undefined;
  /** Whether to wait for further images in the folders, until `signal` fires. */
  readonly watch?: boolean;
  /** Time between two scans of watched folders, ms. */
  readonly lookMs?: number;
  /** Ends the command; predictions so far are kept. */
  readonly signal?: AbortSignal | undefined;
  /** Called before the first image. */
  readonly onStart: (start: PredictStart) => void | Promise<void>;
  /** Called instead where the network says where things are in an image; opens what takes them. */
  readonly onDenseStart: (start: DenseStart) => Promise<DenseTarget>;
  /** Called after each batch; the next batch waits for it. */
  readonly onRows: (rows: readonly PredictionRow[]) => void | Promise<void>;
  /** Called for each image left out, and again when the reason has changed for a watched file. */
  readonly onLeftOut: (image: LeftOut) => void;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Called when only new images are awaited. @param missing given paths that do not exist */
  readonly onWaiting?: (missing: readonly string[], counts: Readonly<Counts>) => void;
}

export interface PredictStart {
  readonly task: string | undefined;
  /** In which the network is computed; left out for ONNX files, which are run as they are. */
  readonly precision?: Precision;
  readonly classes: readonly string[];
  /** Assumptions about the network, where its files lack information. */
  readonly notes: readonly string[];
}

export interface DenseStart extends Omit<PredictStart, 'classes'> {
  readonly task: string;
  readonly kind: PredictedKind;
  /** Whether pixels are predicted, and not boxes alone. */
  readonly hasMasks: boolean;
  /** The network, for users. */
  readonly model: string;
  readonly threshold: number | undefined;
  readonly classes: readonly PredictedClass[];
}

/** Takes predictions of images, one after the other. */
export interface DenseTarget {
  /** Whether an interrupted call has predicted this image. */
  isDone(image: string): boolean;
  add(image: PredictedImage): Promise<void>;
}

export interface Predicted {
  readonly images: number;
  readonly leftOut: number;
  /** Images that an interrupted call had predicted. */
  readonly earlier?: number;
  /** Whether it was ended by the signal. */
  readonly stopped: boolean;
  /** Loading is included, compiling is not. */
  readonly imagesPerSecond: number;
}

/** Counts so far. */
export interface Counts {
  images: number;
  leftOut: number;
}
