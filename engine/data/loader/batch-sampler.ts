/** Which samples a step's batch shows, a function of (seed, step) alone. */
export interface BatchSampler {
  readonly stepsPerEpoch: number;
  batch(step: number): DrawnBatch;
}

export interface DrawnBatch {
  readonly epoch: number;
  readonly sampleIds: Uint32Array;
  /** how often each sample came before in this epoch; left out where none comes twice */
  readonly repeats?: Uint32Array;
}
