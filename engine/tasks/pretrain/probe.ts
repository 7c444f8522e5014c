/** What a pre-training is probed with while it trains, and a learner that allows it. */
import type { PairPlan } from '../../data/views/render-plan.ts';
import type { FeatureRows } from '../../features/neighbours.ts';
import type { ProbeResults } from '../../insight/probe-results.ts';

/** A few images with views and masks that stay the same. */
export interface ProbeSet {
  /** of the images in the index */
  readonly ids: readonly number[];
  readonly images: number;
  /** patches of an image */
  readonly rows: number;
  readonly cols: number;
  /** as in a batch: plain and perturbed views [images, C, H, W], and masks [images, N] */
  readonly student: Float32Array;
  readonly teacher: Float32Array;
  readonly mask: Uint8Array;
  /** share of images with a single colour */
  readonly flat: number;
}

/** Renders samples by their ids in the index, plain and perturbed views, [ids, C, H, W] each. */
export type RenderPairs = (
  ids: readonly number[],
  plan: PairPlan,
) => Promise<readonly [Float32Array, Float32Array]>;

export interface Probed {
  /** Run both networks on a probe set; nothing of the state changes. */
  probe?(set: ProbeSet): Promise<ProbeResults>;
  /** The teacher's features of images, a row for each. @param images [count, C, H, W] */
  pooled?(images: Float32Array, count: number): Promise<FeatureRows>;
}
