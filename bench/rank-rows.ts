// Names of rows of bench/results/ranks.csv that bench/ranks.ts writes and bench/rank-model.ts reads.

/** A step on oneDNN, whose sums begin during the backward pass. */
export const ONEDNN_STEP = 'step oneDNN';
/** The same with sums after the pass. */
export const SUMS_AFTER = 'step oneDNN, sums after the pass';
/** From the first sum of a step to the end of its backward pass. */
export const SUM_WINDOW = 'sum window oneDNN';
