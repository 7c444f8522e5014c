/** Factors of the parts of the loss, which also weigh the costs of an assignment. */
export interface LossWeights {
  readonly class: number;
  /** Factor on the class loss of queries without an object. */
  readonly noObject: number;
  /** L1 distance of boxes. */
  readonly box: number;
  /** Generalised intersection over union of boxes. */
  readonly giou: number;
  /** Cross-entropy of masks at points. */
  readonly mask: number;
  /** Dice loss of masks at points. */
  readonly dice: number;
}

/** A map of values, row-major. */
export interface ValueMap {
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly cols: number;
  /** Distance between the values of neighbouring cells, and the place of the first. */
  readonly stride: number;
  readonly start: number;
}

/** A query and the object that it is to find. */
export interface Pair {
  readonly query: number;
  readonly object: number;
}
