/** Labels of images as numbers, and their weights in training. */
import type { BatchTargets } from '../shared/labelled-batches.ts';
import type { LabelledImages } from '../shared/labelled-images.ts';
import { pairTargets } from './loss.ts';

type Samples = LabelledImages['samples'];

/** @returns [images, classes], 1 where the image has the label */
export function labelsOfImages(samples: Samples, classes: number): Uint8Array {
  const has = new Uint8Array(samples.length * classes);
  let row = 0;
  for (const { label, labels = [label] } of samples) {
    for (const one of labels) has[row + one] = 1;
    row += classes;
  }
  return has;
}

const MOST_WEIGHT = 100;

/** Ratio of images without a label to those with it. @returns [classes]; 1 for an unused label */
export function balancedWeights(samples: Samples, classes: number): Float32Array {
  const counts = new Uint32Array(classes);
  for (const { label, labels = [label] } of samples) for (const one of labels) counts[one]!++;
  return Float32Array.from(counts, (count) => {
    if (count === 0) return 1;
    const ratio = (samples.length - count) / count;
    return Math.min(MOST_WEIGHT, Math.max(1 / MOST_WEIGHT, ratio));
  });
}

/** Targets of batches; mixed images have shares of both. @param weights [classes]; 1 if absent */
export function labelTargets(classes: number, weights: Float32Array | undefined): BatchTargets {
  return (shown, share) => {
    const B = shown.length;
    const labels = labelsOfImages(shown, classes);
    const mixed = new Float32Array(B * classes);
    for (let i = 0; i < B; i++)
      for (let c = 0; c < classes; c++)
        mixed[i * classes + c] =
          share * labels[i * classes + c]! + (1 - share) * labels[(B - 1 - i) * classes + c]!;
    return { targets: pairTargets(mixed, weights), labels };
  };
}

/** Micro F1 when every image gets every label, which is the best constant prediction; 0 to 1. */
export function guessedF1(samples: Samples, classes: number): number {
  let given = 0;
  for (const { label, labels = [label] } of samples) given += labels.length;
  const share = given / (samples.length * classes);
  return (2 * share) / (1 + share);
}
