/** What is asked of `predict`, what it tells on the way, and what comes of it. */
import type { PredictionRow } from '../contract/predictions-text.ts';
import type { LeftOut } from '../data/unreadable.ts';
import type { ModelReference } from '../models/open-model.ts';

export interface PredictOrder {
  readonly workspace: string;
  readonly model: ModelReference;
  /** folders of images, and images */
  readonly data: readonly string[];
  readonly device: string;
  /** Whether to wait for further images in the folders, until `signal` fires. */
  readonly watch?: boolean;
  /** Time between two looks for new images, ms. */
  readonly lookMs?: number;
  /** Ends it in order: what was told stays. */
  readonly signal?: AbortSignal | undefined;
  /** Before the first image. */
  readonly onStart: (start: PredictStart) => void | Promise<void>;
  /** After each batch; the next one waits for it. */
  readonly onRows: (rows: readonly PredictionRow[]) => void | Promise<void>;
  /** Told again where the reason has changed, of files that are written while they are watched. */
  readonly onLeftOut: (image: LeftOut) => void;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** New images are waited for, all others are done. @param missing what of the data is not there */
  readonly onWaiting?: (missing: readonly string[]) => void;
}

export interface PredictStart {
  readonly task: string | undefined;
  readonly classes: readonly string[];
  /** What the network's files did not say and was assumed. */
  readonly notes: readonly string[];
}

export interface Predicted {
  readonly images: number;
  readonly leftOut: number;
  /** Whether it was ended from outside. */
  readonly stopped: boolean;
  /** Loading included, compiling not. */
  readonly imagesPerSecond: number;
}

/** Of what was done so far. */
export interface Counts {
  images: number;
  leftOut: number;
}
