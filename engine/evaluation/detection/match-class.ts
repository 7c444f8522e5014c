/**
 * Matching of the detections of one class in one image with the true objects.
 *
 * Detections choose in the order of their scores: each takes the object of the largest overlap that
 * is free, at least at the threshold. Objects that are not counted are taken only where no other
 * fits, and then the detection counts neither as right nor as wrong. A crowd can be taken any number
 * of times.
 *
 * @source pycocotools, `evaluateImg` of cocoeval.py
 */
import { AREA_NAMES, AREAS, IOU_THRESHOLDS } from './coco.ts';

export interface ClassTruths {
  /** [G] square pixels */
  readonly areas: readonly number[];
  /** [G] */
  readonly crowd: readonly boolean[];
  /** [G] objects that are neither expected nor wrong; crowds always are */
  readonly ignored: readonly boolean[];
}

/** One bit for each threshold; by area, then by detection, [areas, D]. */
export interface MatchBits {
  /** Matched with an object that is counted. */
  readonly hits: Uint16Array;
  /** Matched with an object that is not. */
  readonly excused: Uint16Array;
  /** Number of objects that are counted, [areas]. */
  readonly truths: Uint32Array;
}

/** Perfect overlaps are found at a threshold of 1 as well. */
const HIGHEST = 1 - 1e-10;

/** @param ious [D, G], detections in the order of their scores */
export function matchClass(ious: Float64Array, truths: ClassTruths, detections: number): MatchBits {
  const G = truths.areas.length;
  const bits: MatchBits = {
    hits: new Uint16Array(AREA_NAMES.length * detections),
    excused: new Uint16Array(AREA_NAMES.length * detections),
    truths: new Uint32Array(AREA_NAMES.length),
  };
  const earlier: string[] = [];
  for (const [a, name] of AREA_NAMES.entries()) {
    const [least, most] = AREAS[name];
    const skipped = truths.areas.map(
      (area, g) => truths.crowd[g]! || truths.ignored[g]! || area < least || area > most,
    );
    bits.truths[a] = skipped.filter((skip) => !skip).length;
    if (G === 0 || detections === 0) continue;
    // Most objects are of one size, so that areas often share the result.
    const key = skipped.map(Number).join('');
    const same = earlier.indexOf(key);
    earlier.push(key);
    const [hits, excused] = [bits.hits, bits.excused].map((all) =>
      all.subarray(a * detections, (a + 1) * detections),
    ) as [Uint16Array, Uint16Array];
    if (same < 0) matchArea(ious, skipped, truths.crowd, hits, excused);
    else {
      hits.set(bits.hits.subarray(same * detections, (same + 1) * detections));
      excused.set(bits.excused.subarray(same * detections, (same + 1) * detections));
    }
  }
  return bits;
}

function matchArea(
  ious: Float64Array,
  skipped: readonly boolean[],
  crowd: readonly boolean[],
  hits: Uint16Array,
  excused: Uint16Array,
): void {
  const G = skipped.length;
  // Objects that are not counted come last.
  const order = [false, true].flatMap((skip) =>
    [...skipped.keys()].filter((g) => skipped[g] === skip),
  );
  for (const [t, threshold] of IOU_THRESHOLDS.entries()) {
    const taken = new Uint8Array(G);
    for (let d = 0; d < hits.length; d++) {
      let [best, match] = [Math.min(threshold, HIGHEST), -1];
      for (const g of order) {
        if (taken[g] && !crowd[g]) continue;
        if (match >= 0 && !skipped[match] && skipped[g]) break;
        const iou = ious[d * G + g]!;
        if (iou < best) continue;
        best = iou;
        match = g;
      }
      if (match < 0) continue;
      taken[match] = 1;
      const side = skipped[match] ? excused : hits;
      side[d]! |= 1 << t;
    }
  }
}
