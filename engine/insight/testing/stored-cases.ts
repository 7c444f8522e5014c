/** Cases that NumPy and PyTorch computed (bench/interop/learning_cases.py). */
import { readFileSync } from 'node:fs';
import type { FeatureRows } from '../../features/neighbours.ts';

export interface RankCase {
  readonly name: string;
  readonly rows: FeatureRows;
  readonly singularValues: readonly number[];
  readonly rank: number;
  readonly spread: number;
  readonly leastSpread: number;
}

export interface AttentionCase {
  readonly heads: number;
  readonly tokens: number;
  /** per block, [heads, tokens, tokens] */
  readonly probabilities: readonly (readonly number[])[];
  readonly entropy: readonly number[];
  /** [tokens, tokens] */
  readonly rollout: readonly number[];
}

interface StoredRows {
  readonly data: readonly number[];
  readonly count: number;
  readonly width: number;
}

const cases = JSON.parse(readFileSync(new URL('./cases.json', import.meta.url), 'utf8'));

export const rankCases: readonly RankCase[] = cases.ranks.map(
  ({ data, count, width, ...expected }: StoredRows) => ({
    ...expected,
    rows: { data: Float32Array.from(data), count, width },
  }),
);

export const attentionCase: AttentionCase = cases.attention;
