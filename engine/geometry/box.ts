/**
 * Axis-aligned boxes in pixels, whose coordinates are edges: a box over the first pixel of an image
 * is [0, 0, 1, 1] in either form.
 */

/** Left, top, right, bottom. */
export type BoxXyxy = readonly [left: number, top: number, right: number, bottom: number];
/** Left, top, width, height: the form of COCO. */
export type BoxXywh = readonly [left: number, top: number, width: number, height: number];

export function toXyxy([left, top, width, height]: BoxXywh): BoxXyxy {
  return [left, top, left + width, top + height];
}

export function toXywh([left, top, right, bottom]: BoxXyxy): BoxXywh {
  return [left, top, right - left, bottom - top];
}

/** Square pixels; 0 for a box whose sides are reversed. */
export function boxArea([left, top, right, bottom]: BoxXyxy): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}

/** Intersection over union, in [0, 1]; 0 for two boxes without area. */
export function boxIou(a: BoxXyxy, b: BoxXyxy): number {
  const shared = boxArea(intersection(a, b));
  return shared === 0 ? 0 : shared / (boxArea(a) + boxArea(b) - shared);
}

/**
 * Intersection over union minus the share of the smallest enclosing box that neither covers, in
 * [-1, 1]; 0 for two boxes without area at the same place.
 *
 * @source Rezatofighi et al., "Generalized Intersection over Union" (CVPR 2019), algorithm 1
 */
export function generalisedIou(a: BoxXyxy, b: BoxXyxy): number {
  const shared = boxArea(intersection(a, b));
  const union = boxArea(a) + boxArea(b) - shared;
  const hull = boxArea([
    Math.min(a[0], b[0]),
    Math.min(a[1], b[1]),
    Math.max(a[2], b[2]),
    Math.max(a[3], b[3]),
  ]);
  const iou = shared === 0 ? 0 : shared / union;
  return hull === 0 ? 0 : iou - (hull - union) / hull;
}

function intersection(a: BoxXyxy, b: BoxXyxy): BoxXyxy {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
}

/**
 * Intersection over union of detections with the true objects of an image. For a crowd, which
 * stands for any number of objects, the area of the detection takes the place of the union.
 *
 * @param detections [D, 4] in the form of `BoxXywh`
 * @param truths     [G, 4] likewise
 * @param crowd      [G] 1 for a crowd
 * @returns [D, G], to the last bit what pycocotools computes
 * @source pycocotools, `bbIou` of maskApi.c
 */
export function boxIous(
  detections: Float64Array,
  truths: Float64Array,
  crowd: ArrayLike<number>,
): Float64Array {
  const [D, G] = [detections.length / 4, truths.length / 4];
  const ious = new Float64Array(D * G);
  for (let d = 0; d < D; d++) {
    const [x, y] = [detections[4 * d]!, detections[4 * d + 1]!];
    const [width, height] = [detections[4 * d + 2]!, detections[4 * d + 3]!];
    for (let g = 0; g < G; g++) {
      const [left, top] = [truths[4 * g]!, truths[4 * g + 1]!];
      const [across, down] = [truths[4 * g + 2]!, truths[4 * g + 3]!];
      const w = Math.min(width + x, across + left) - Math.max(x, left);
      if (!(w > 0)) continue;
      const h = Math.min(height + y, down + top) - Math.max(y, top);
      if (!(h > 0)) continue;
      const shared = w * h;
      const own = width * height;
      ious[d * G + g] = shared / (crowd[g] ? own : own + across * down - shared);
    }
  }
  return ious;
}
