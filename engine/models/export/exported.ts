/** The result of every export. */
export interface Exported {
  /** Absolute. */
  readonly path: string;
  readonly tensors: number;
  readonly bytes: number;
  /**
   * Largest difference between the outputs of the network before and after, for the same images; 0
   * where tensors are only renamed.
   */
  readonly largestDifference: number;
}
