/** Attention maps of an image by one network, and which of them is looked at. */
export interface ImageAttention {
  readonly blocks: number;
  readonly heads: number;
  /** patches */
  readonly rows: number;
  readonly cols: number;
  /** [blocks, heads, rows, cols], probabilities of the patches for the class token */
  readonly attention: Float32Array;
  /** [blocks, rows, cols], rollout through the blocks up to each */
  readonly rollout: Float32Array;
}

export interface MapChoice {
  /** from 0 */
  readonly block: number;
  /** A head from 0, their mean, or rollout, which has no heads. */
  readonly of: number | 'mean' | 'rollout';
}

/** @returns [rows, cols] */
export function chosenMap(maps: ImageAttention, { block, of }: MapChoice): Float32Array {
  const { heads, rows, cols, attention, rollout } = maps;
  const N = rows * cols;
  if (of === 'rollout') return rollout.slice(block * N, (block + 1) * N);
  const head = (h: number) => (block * heads + h) * N;
  if (of !== 'mean') return attention.slice(head(of), head(of) + N);
  const mean = new Float32Array(N);
  for (let h = 0; h < heads; h++)
    for (let i = 0; i < N; i++) mean[i] = mean[i]! + attention[head(h) + i]! / heads;
  return mean;
}

export interface MapFacts {
  /** the highest value */
  readonly highest: number;
  /** the highest as a multiple of the mean over the patches; 1 where all patches get the same */
  readonly peak: number;
}

export function factsOfMap(map: Float32Array): MapFacts {
  let [highest, sum] = [0, 0];
  for (const value of map) {
    highest = Math.max(highest, value);
    sum += value;
  }
  return { highest, peak: sum > 0 ? (highest * map.length) / sum : 1 };
}
