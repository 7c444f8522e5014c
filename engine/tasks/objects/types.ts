/** What training and evaluation of objects share: the batch that is learnt, and predictions of views. */
import type { Normalisation } from '../../contract/settings/channels.ts';
import type { ViewObjects } from '../../data/views/view-objects.ts';
import type { GridSize } from '../../nn/feature-map.ts';

export interface ObjectBatch {
  /** [B, C, H, W], normalised */
  readonly images: Float32Array;
  /** [B], where masks are learnt with one cell a pixel of the view */
  readonly objects: readonly ViewObjects[];
  /** Over the whole run, from 0; what is drawn for a step depends on it. */
  readonly step: number;
  /**
   * [query blocks, B, queries] 1 where a query attends to its predicted mask only; given where masks
   * are learnt
   */
  readonly attend?: Float32Array | undefined;
  /** [depth, 2, B]; given if and only if the recipe has stochastic depth */
  readonly keep?: Float32Array | undefined;
}

/** What a network finds in views, one row a query. */
export interface ViewPredictions {
  /** [B, Q, classes + 1] logits, the last of "no object" */
  readonly classes: Float32Array;
  /** [B, Q, 4] centre x, centre y, width, height, as shares of the view */
  readonly boxes: Float32Array;
  /** [B, rows·cols, Q] logits on the grid of the predictor, row-major; only of networks with masks */
  readonly masks?: Float32Array | undefined;
}

/** What predicts views. */
export interface ObjectPredictor extends Normalisation {
  readonly imageSize: readonly [height: number, width: number];
  readonly classes: number;
  readonly queries: number;
  /** Of the masks, over the whole view; undefined for a network without them. */
  readonly grid: GridSize | undefined;
  readonly batchSize: number;
  /** @param images [batchSize, C, H, W], normalised */
  predict(images: Float32Array): Promise<ViewPredictions>;
}
