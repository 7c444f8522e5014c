/**
 * Average precision and recall of COCO, counted from matches.
 *
 * Precision at a recall is the best precision at this or a higher recall, and average precision its
 * mean over 101 recalls, classes and overlap thresholds. Classes without counted objects are left
 * out. With weights, image i counts `weights[i]` times, as if it stood so often in the set with each
 * of its detections following its copies.
 *
 * @source pycocotools, `accumulate` and `summarize` of cocoeval.py
 */
import { COCO_SCORES, type CocoScore } from '../../contract/coco-scores.ts';
import { AREA_NAMES, type Area, IOU_THRESHOLDS, RECALLS } from './coco.ts';
import type { ClassMatches, DetectionMatches } from './matches.ts';

/** The smallest number that added to 1 gives another. */
const EPSILON = Number.EPSILON;

/** One class at one area and threshold: detections that are matched, best scores first. */
interface Matched {
  readonly ranks: Uint32Array;
  /** [matched] 1 where the object is counted, 0 where the detection is excused */
  readonly isHit: Uint8Array;
}

/** By threshold; undefined for a class without counted objects. */
interface ClassScores {
  readonly precision: readonly number[];
  readonly recall: readonly number[];
}

/** The twelve numbers; null where there are no objects to find, such as no small ones. */
export type CocoScores = Readonly<Record<CocoScore, number | null>>;

export class DetectionScorer {
  readonly #matches: DetectionMatches;
  /** [classes][areas][thresholds], made when first needed */
  readonly #matched: (readonly (readonly Matched[])[])[] = [];
  /** Scratch memory, as long as the longest class. */
  readonly #seen: Float64Array;
  readonly #right: Float64Array;
  readonly #precise: Float64Array;

  constructor(matches: DetectionMatches) {
    this.#matches = matches;
    const longest = Math.max(0, ...matches.classes.map(({ images }) => images.length));
    this.#seen = new Float64Array(longest);
    this.#right = new Float64Array(longest);
    this.#precise = new Float64Array(longest);
  }

  /** Mean average precision over thresholds and classes, COCO's AP; null without objects. */
  averagePrecision(weights?: Uint32Array): number | null {
    return mean(this.#perClass('all', weights).flatMap(({ precision }) => precision));
  }

  /** @param weights count of each image, [images]; each once by default */
  scores(weights?: Uint32Array): CocoScores {
    const all = this.#perClass('all', weights);
    const at = (threshold: number) =>
      mean(all.map(({ precision }) => precision[IOU_THRESHOLDS.indexOf(threshold)]!));
    const sizes = (['small', 'medium', 'large'] as const).map((area) =>
      this.#perClass(area, weights),
    );
    const values = [
      mean(all.flatMap(({ precision }) => precision)),
      at(0.5),
      at(0.75),
      ...sizes.map((some) => mean(some.flatMap(({ precision }) => precision))),
      this.#recall(1, weights),
      this.#recall(10, weights),
      mean(all.flatMap(({ recall }) => recall)),
      ...sizes.map((some) => mean(some.flatMap(({ recall }) => recall))),
    ];
    return Object.fromEntries(COCO_SCORES.map((name, i) => [name, values[i]!])) as CocoScores;
  }

  /**
   * Average precision and recall of one class at each threshold, over all areas; undefined where it
   * has no counted objects.
   */
  ofClass(at: number, weights?: Uint32Array): ClassScores | undefined {
    return this.#scoresOf(at, 0, weights);
  }

  /**
   * Precision and score at each of COCO's recalls: the score is the lowest at which that recall is
   * reached, and both are 0 beyond the highest recall. Undefined without counted objects.
   */
  curve(
    at: number,
    threshold: number,
  ): { readonly precision: Float64Array; readonly scores: Float64Array } | undefined {
    const one = this.#matches.classes[at]!;
    const expected = countTruths(one, 0, undefined);
    if (expected === 0) return undefined;
    const matched = this.#matchedOf(at)[0]![threshold]!;
    this.#countSeen(one, 0, undefined);
    const hits = this.#follow(one, 0, matched, undefined);
    const precision = new Float64Array(RECALLS.length);
    const scores = new Float64Array(RECALLS.length);
    const ranks = matched.ranks.filter((_, i) => matched.isHit[i] === 1);
    this.#integrate(hits, expected, (r, value, hit) => {
      precision[r] = value;
      // A recall of 0 is reached by the first detection, whatever it is.
      scores[r] = one.scores[r === 0 ? 0 : ranks[hit]!]!;
    });
    if (hits === 0 && one.scores.length > 0) scores[0] = one.scores[0]!;
    return { precision, scores };
  }

  #perClass(area: Area, weights: Uint32Array | undefined): ClassScores[] {
    const a = AREA_NAMES.indexOf(area);
    return this.#matches.classes.flatMap((_, at) => this.#scoresOf(at, a, weights) ?? []);
  }

  #recall(most: number, weights: Uint32Array | undefined): number | null {
    return mean(
      this.#matches.classes.flatMap((one, at) => {
        const expected = countTruths(one, 0, weights);
        if (expected === 0) return [];
        return this.#matchedOf(at)[0]!.map(
          (matched) => countHits(one, matched, most, weights) / expected,
        );
      }),
    );
  }

  #scoresOf(at: number, area: number, weights: Uint32Array | undefined): ClassScores | undefined {
    const one = this.#matches.classes[at]!;
    const expected = countTruths(one, area, weights);
    if (expected === 0) return undefined;
    this.#countSeen(one, area, weights);
    const precision: number[] = [];
    const recall: number[] = [];
    for (const matched of this.#matchedOf(at)[area]!) {
      const hits = this.#follow(one, area, matched, weights);
      let sum = 0;
      this.#integrate(hits, expected, (_, value) => {
        sum += value;
      });
      precision.push(sum / RECALLS.length);
      recall.push(hits === 0 ? 0 : this.#right[hits - 1]! / expected);
    }
    return { precision, recall };
  }

  #matchedOf(at: number): readonly (readonly Matched[])[] {
    this.#matched[at] ??= AREA_NAMES.map((_, a) =>
      IOU_THRESHOLDS.map((_, t) => listMatched(this.#matches.classes[at]!, a, t)),
    );
    return this.#matched[at];
  }

  /** Number of detections up to each rank whose areas are in range, whether matched or not. */
  #countSeen(
    { images, inArea }: ClassMatches,
    area: number,
    weights: Uint32Array | undefined,
  ): void {
    const bit = 1 << area;
    let seen = 0;
    for (let i = 0; i < images.length; i++) {
      if ((inArea[i]! & bit) !== 0) seen += weights === undefined ? 1 : weights[images[i]!]!;
      this.#seen[i] = seen;
    }
  }

  /**
   * Writes, for each hit, the number of hits so far and the precision.
   * @returns number of hits, of which each may be several images
   */
  #follow(
    { images, inArea }: ClassMatches,
    area: number,
    { ranks, isHit }: Matched,
    weights: Uint32Array | undefined,
  ): number {
    const bit = 1 << area;
    let [hits, right, correction] = [0, 0, 0];
    for (let e = 0; e < ranks.length; e++) {
      const i = ranks[e]!;
      const weight = weights === undefined ? 1 : weights[images[i]!]!;
      if (weight === 0) continue;
      const isSeen = (inArea[i]! & bit) !== 0;
      if (isHit[e] === 0) {
        if (isSeen) correction -= weight;
        continue;
      }
      if (!isSeen) correction += weight;
      right += weight;
      this.#right[hits] = right;
      this.#precise[hits++] = right / (this.#seen[i]! + correction + EPSILON);
    }
    return hits;
  }

  /** Calls with each recall that is reached, the best precision from there on, and the hit. */
  #integrate(
    hits: number,
    expected: number,
    found: (recall: number, precision: number, hit: number) => void,
  ): void {
    let [r, best] = [RECALLS.length - 1, 0];
    const reached = hits === 0 ? -1 : this.#right[hits - 1]! / expected;
    while (r >= 0 && RECALLS[r]! > reached) r--;
    for (let hit = hits - 1; hit >= 0; hit--) {
      if (this.#precise[hit]! > best) best = this.#precise[hit]!;
      const before = hit === 0 ? -1 : this.#right[hit - 1]! / expected;
      while (r >= 0 && RECALLS[r]! > before) found(r--, best, hit);
    }
  }
}

function listMatched({ images, hits, excused }: ClassMatches, area: number, t: number): Matched {
  const [from, bit] = [area * images.length, 1 << t];
  const ranks: number[] = [];
  const isHit: number[] = [];
  for (let i = 0; i < images.length; i++) {
    const hit = (hits[from + i]! & bit) !== 0;
    if (!hit && (excused[from + i]! & bit) === 0) continue;
    ranks.push(i);
    isHit.push(Number(hit));
  }
  return { ranks: new Uint32Array(ranks), isHit: new Uint8Array(isHit) };
}

/** Number of objects to find. */
function countTruths(
  { truths: { images, counts } }: ClassMatches,
  area: number,
  weights: Uint32Array | undefined,
): number {
  let expected = 0;
  for (let i = 0; i < images.length; i++)
    expected += counts[area * images.length + i]! * (weights?.[images[i]!] ?? 1);
  return expected;
}

function countHits(
  { images, places }: ClassMatches,
  { ranks, isHit }: Matched,
  most: number,
  weights: Uint32Array | undefined,
): number {
  let hits = 0;
  for (let e = 0; e < ranks.length; e++) {
    const i = ranks[e]!;
    if (isHit[e] === 1 && places[i]! < most) hits += weights?.[images[i]!] ?? 1;
  }
  return hits;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}
