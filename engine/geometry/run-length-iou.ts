/** Intersection over union of masks, computed on their run lengths. */
import { boxIous } from './box.ts';
import { invalidRuns, type RunLengths, runArea, runBounds } from './run-length.ts';

/**
 * Intersection over union of detections with the true objects of an image. For a crowd, which
 * stands for any number of objects, the area of the detection takes the place of the union.
 *
 * @param detections [D]
 * @param truths     [G]
 * @param crowd      [G] 1 for a crowd
 * @returns [D, G], to the last bit what pycocotools computes
 * @throws StudioError `rle-invalid` where the sizes of the images differ
 * @source pycocotools, `rleIou` of maskApi.c
 */
export function runIous(
  detections: readonly RunLengths[],
  truths: readonly RunLengths[],
  crowd: ArrayLike<number>,
): Float64Array {
  const bounds = (masks: readonly RunLengths[]) => Float64Array.from(masks.flatMap(runBounds));
  // Masks whose boxes are apart share no pixel.
  const ious = boxIous(bounds(detections), bounds(truths), crowd);
  const areas = truths.map(runArea);
  for (const [d, detection] of detections.entries()) {
    const own = runArea(detection);
    for (const [g, truth] of truths.entries()) {
      const at = d * truths.length + g;
      if (truth.height !== detection.height || truth.width !== detection.width)
        throw invalidRuns('a prediction and a true mask have different sizes');
      if (ious[at] === 0) continue;
      const shared = sharedPixels(detection.counts, truth.counts);
      ious[at] = shared === 0 ? 0 : shared / (crowd[g] ? own : own + areas[g]! - shared);
    }
  }
  return ious;
}

function sharedPixels(a: Uint32Array, b: Uint32Array): number {
  let [shared, i, j] = [0, 0, 0];
  let [endOfA, endOfB, start] = [a[0]!, b[0]!, 0];
  while (i < a.length && j < b.length) {
    const end = endOfA < endOfB ? endOfA : endOfB;
    if ((i & j & 1) === 1) shared += end - start;
    start = end;
    if (endOfA === end) endOfA += a[++i]!;
    if (endOfB === end) endOfB += b[++j]!;
  }
  return shared;
}
