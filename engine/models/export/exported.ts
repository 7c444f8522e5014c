/** What every export tells of itself. */
export interface Exported {
  /** Absolute. */
  readonly path: string;
  readonly tensors: number;
  readonly bytes: number;
  /**
   * Between the outputs of the network before and after, for the same images. Tensors that are only
   * renamed come back bit by bit, and then it is 0.
   */
  readonly largestDifference: number;
}
