/** COCO's scores by its definition, step by step, without shared work. */
import { type BoxXyxy, boxArea, boxIou, toXyxy } from '../../../geometry/box.ts';
import { decodeMask, type RunLengths } from '../../../geometry/run-length.ts';
import type { CocoScores } from '../average-precision.ts';
import { AREAS, IOU_THRESHOLDS, RECALLS } from '../coco.ts';
import type { DetectedObject, Shapes, TrueObject } from '../matches.ts';

export interface ImageObjects {
  readonly truths: readonly TrueObject[];
  readonly detections: readonly DetectedObject[];
}

type Outcome = 'hit' | 'miss' | 'excused';

export function slowScores(
  images: readonly ImageObjects[],
  classes: number,
  shapes: Shapes,
): CocoScores {
  const score = (
    what: 'precision' | 'recall',
    { area = 'all' as keyof typeof AREAS, most = 100, thresholds = IOU_THRESHOLDS },
  ) => {
    const values = thresholds.flatMap((threshold) =>
      Array.from({ length: classes }, (_, c) =>
        ofClass(images, c, shapes, area, most, threshold),
      ).flatMap((found) => (found === undefined ? [] : [found[what]])),
    );
    return values.length === 0 ? null : values.reduce((a, b) => a + b) / values.length;
  };
  return {
    AP: score('precision', {}),
    AP50: score('precision', { thresholds: [0.5] }),
    AP75: score('precision', { thresholds: [0.75] }),
    APsmall: score('precision', { area: 'small' }),
    APmedium: score('precision', { area: 'medium' }),
    APlarge: score('precision', { area: 'large' }),
    AR1: score('recall', { most: 1 }),
    AR10: score('recall', { most: 10 }),
    AR100: score('recall', {}),
    ARsmall: score('recall', { area: 'small' }),
    ARmedium: score('recall', { area: 'medium' }),
    ARlarge: score('recall', { area: 'large' }),
  };
}

function ofClass(
  images: readonly ImageObjects[],
  c: number,
  shapes: Shapes,
  area: keyof typeof AREAS,
  most: number,
  threshold: number,
): { readonly precision: number; readonly recall: number } | undefined {
  const outside = (size: number) => size < AREAS[area][0] || size > AREAS[area][1];
  const skips = (truth: TrueObject) =>
    truth.crowd === true || truth.ignored === true || outside(truth.area);
  let expected = 0;
  const all: { readonly score: number; readonly outcome: Outcome }[] = [];
  for (const image of images) {
    const truths = image.truths.filter((truth) => truth.class === c);
    expected += truths.filter((truth) => !skips(truth)).length;
    const detections = image.detections
      .filter((one) => one.class === c)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, 100);
    const taken = new Set<TrueObject>();
    for (const [place, one] of detections.entries()) {
      const free = truths.filter((truth) => truth.crowd === true || !taken.has(truth));
      const fitting = (some: readonly TrueObject[]) => {
        let [best, match] = [Math.min(threshold, 1 - 1e-10), undefined as TrueObject | undefined];
        for (const truth of some) {
          const iou = overlap(one, truth, shapes);
          if (iou >= best) [best, match] = [iou, truth];
        }
        return match;
      };
      const match = fitting(free.filter((truth) => !skips(truth))) ?? fitting(free.filter(skips));
      if (match !== undefined) taken.add(match);
      const isOut = outside(shapes === 'boxes' ? one.box[2] * one.box[3] : pixels(one.mask!));
      const excused = match === undefined ? isOut : skips(match);
      const outcome = excused ? 'excused' : match === undefined ? 'miss' : 'hit';
      if (place < most) all.push({ score: one.score, outcome });
    }
  }
  if (expected === 0) return undefined;
  const judged = all
    .toSorted((a, b) => b.score - a.score)
    .filter((one) => one.outcome !== 'excused');
  const points = judged.map((_, i) => {
    const hits = judged.slice(0, i + 1).filter((one) => one.outcome === 'hit').length;
    return { precision: hits / (i + 1), recall: hits / expected };
  });
  const at = RECALLS.map((recall) =>
    Math.max(0, ...points.filter((one) => one.recall >= recall).map((one) => one.precision)),
  );
  return {
    precision: at.reduce((a, b) => a + b) / at.length,
    recall: points.at(-1)?.recall ?? 0,
  };
}

/** Overlaps that were computed before, since each is needed for every threshold and area. */
const known = new WeakMap<DetectedObject, Map<TrueObject, number>>();

function overlap(one: DetectedObject, truth: TrueObject, shapes: Shapes): number {
  const row = known.get(one) ?? new Map<TrueObject, number>();
  known.set(one, row);
  const found = row.get(truth) ?? computeOverlap(one, truth, shapes);
  row.set(truth, found);
  return found;
}

function computeOverlap(one: DetectedObject, truth: TrueObject, shapes: Shapes): number {
  if (shapes === 'boxes') {
    const [a, b] = [toXyxy(one.box), toXyxy(truth.box)];
    if (truth.crowd !== true) return boxIou(a, b);
    const within: BoxXyxy = [
      Math.max(a[0], b[0]),
      Math.max(a[1], b[1]),
      Math.min(a[2], b[2]),
      Math.min(a[3], b[3]),
    ];
    return boxArea(within) / boxArea(a);
  }
  const [a, b] = [decodeMask(one.mask!), decodeMask(truth.mask!)];
  const shared = a.filter((pixel, i) => pixel === 1 && b[i] === 1).length;
  const union =
    truth.crowd === true ? pixels(one.mask!) : pixels(one.mask!) + pixels(truth.mask!) - shared;
  return shared === 0 ? 0 : shared / union;
}

const areas = new WeakMap<RunLengths, number>();

function pixels(mask: RunLengths): number {
  const area = areas.get(mask) ?? decodeMask(mask).reduce((a, b) => a + b, 0);
  areas.set(mask, area);
  return area;
}
