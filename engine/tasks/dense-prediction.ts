/** The interface by which `predict` uses networks that say where things are in an image. */
import type { Precision } from '../contract/precision.ts';
import type { GivenImage } from '../data/given/given-image.ts';
import type { LeftOut } from '../data/sources/unreadable.ts';
import type { PredictedClass, PredictedImage } from '../predictions/prediction.ts';
import type { PredictedKind } from '../predictions/prediction-text.ts';

/** @typeParam M the networks that it takes */
export interface DensePrediction<M> {
  readonly kind: PredictedKind;
  /** Smallest score of objects that are kept by default; left out where there are no scores. */
  readonly threshold?: number;
  classes(model: M): readonly PredictedClass[];
  /** Whether it predicts pixels, and not boxes alone. */
  hasMasks(model: M): boolean;
  /**
   * @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable`,
   *   `precision-unavailable`
   */
  open(model: M, options: DenseOptions): Promise<DensePredictor>;
}

/** Where a network is computed, and in which precision. */
export interface ComputedOn {
  readonly device: string;
  readonly precision: Precision;
}

export interface DenseOptions extends ComputedOn {
  /** Smallest score of objects that are kept. */
  readonly threshold: number;
}

export interface DensePredictor {
  /**
   * The images that can be decoded, in order.
   *
   * @throws StudioError `evaluation-not-finite`
   */
  predict(
    images: AsyncIterable<GivenImage>,
    onLeftOut: (image: LeftOut) => void,
  ): AsyncIterable<PredictedImage>;
  dispose(): Promise<void>;
}
