/** What networks give for a probe set, and the measures of learning that follow from it. */
import type { LearningMeasures, PartNorm } from '../contract/learning-measures.ts';
import type { FeatureRows } from '../features/neighbours.ts';
import { dimensionSpread } from './dimensions.ts';
import { matchByVisible } from './neighbourhood.ts';
import { effectiveRank } from './spectrum.ts';

/** Per patch of each image, [images, patches]. */
export interface PatchResults {
  /** log of the probability of its own patch, and of the most probable one, nats */
  readonly own: Float32Array;
  readonly best: Float32Array;
  /** index of the most probable patch */
  readonly taken: Float32Array;
  /** entropy of the probabilities, nats */
  readonly entropy: Float32Array;
  /** 1 where the most similar patch of another image lies at the same place; absent for single images */
  readonly elsewhere?: Float32Array | undefined;
  /** cosine of student and teacher */
  readonly cosine: Float32Array;
}

export interface ProbeResults {
  readonly images: number;
  readonly patches: PatchResults;
  /** The same tokens of the same images, by both networks. */
  readonly features: { readonly student: FeatureRows; readonly teacher: FeatureRows };
  readonly projections: { readonly student: FeatureRows; readonly teacher: FeatureRows };
  /** per block of the student, nats */
  readonly attentionEntropy: readonly number[];
  readonly gradientNorms: readonly PartNorm[];
  readonly teacherDistance: number;
}

export interface ProbedGrid {
  readonly rows: number;
  readonly cols: number;
  /** [images, rows · cols] */
  readonly masks: Uint8Array;
}

/** All measures but those of the images themselves and of time. */
export function measuresOf(
  results: ProbeResults,
  grid: ProbedGrid,
): Omit<LearningMeasures, 'flatImages' | 'measureMs'> {
  const { images, patches, features, projections } = results;
  const N = grid.rows * grid.cols;
  const masks = grid.masks.subarray(0, images * N);
  const found = patches.taken.map((taken, at) => Number(taken === at % N));
  const masked = (values: ArrayLike<number>) => weightedMean(values, masks);
  const visible = (values: ArrayLike<number>) =>
    weightedMean(
      values,
      masks.map((covered) => 1 - covered),
    );
  const { elsewhere } = patches;
  const spread = dimensionSpread(features.teacher);
  const projected = dimensionSpread(projections.teacher);
  const evenAttention = Math.log(N + 1);
  return {
    images,
    loss: -masked(patches.own),
    match: masked(found),
    chance: 1 / N,
    matchByVisible: matchByVisible({ ...grid, masks }, found),
    ...(elsewhere === undefined ? {} : { positionMatch: masked(elsewhere) }),
    confidence: masked(patches.best.map(Math.exp)),
    predictionEntropy: masked(patches.entropy) / Math.log(N),
    agreement: masked(patches.cosine),
    visibleAgreement: visible(patches.cosine),
    teacherDistance: results.teacherDistance,
    tokens: features.teacher.count,
    width: features.teacher.width,
    featureRank: effectiveRank(features.teacher),
    studentFeatureRank: effectiveRank(features.student),
    projectionRank: effectiveRank(projections.teacher),
    studentProjectionRank: effectiveRank(projections.student),
    featureSpread: spread.mean,
    leastFeatureSpread: spread.least,
    deadFeatures: spread.dead,
    duplicateFeatures: spread.duplicates,
    deadProjections: projected.dead,
    duplicateProjections: projected.duplicates,
    attentionEntropy: results.attentionEntropy.map((nats) => nats / evenAttention),
    gradientNorms: results.gradientNorms,
  };
}

function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    sum += values[i]! * weights[i]!;
    total += weights[i]!;
  }
  return total === 0 ? 0 : sum / total;
}
