/**
 * Metrics of a multi-label network, per class and overall.
 *
 * Average precision is that of scikit-learn: the precision at each distinct score, weighted by the
 * increase of recall, without interpolation. It is undefined for a class without images; such a
 * class is named and left out of the mean.
 *
 * @source scikit-learn, `average_precision_score`
 */

import { StudioError } from '../../contract/errors.ts';
import type { LabelsEvaluation } from '../../contract/studio/evaluations.ts';
import { type BootstrapOptions, bootstrap } from '../../evaluation/bootstrap.ts';
import { sharesOf } from '../classify/confusion.ts';

export interface LabelScores {
  /** [images, classes] */
  readonly logits: Float32Array;
  /** [images, classes], 1 where the image has the label, else 0. */
  readonly targets: Uint8Array;
  readonly images: number;
  readonly classes: number;
}

/**
 * @param names     class names, in the order of the logits
 * @param threshold probability from which a label is predicted, between 0 and 1
 * @throws StudioError `evaluation-empty` without images or without any label;
 *   `evaluation-not-finite`
 */
export function evaluateLabels(
  scores: LabelScores,
  names: readonly string[],
  threshold: number,
  options: BootstrapOptions = {},
): LabelsEvaluation {
  const ranked = rankLabels(scores, threshold);
  const [mAP, macroF1, microF1] = bootstrap(
    scores.images,
    (weights) => labelHeadlines(ranked, weights),
    options,
  );
  const every = new Uint32Array(scores.images).fill(1);
  const perClass = ranked.map((one, c) => {
    const { support, predicted, hits } = countsOf(one, every);
    return {
      name: names[c]!,
      support,
      predicted,
      averagePrecision: averagePrecision(one, every) ?? null,
      ...sharesOf(hits, support, predicted),
    };
  });
  return {
    images: scores.images,
    classes: names,
    threshold,
    mAP: mAP!,
    macroF1: macroF1!,
    microF1: microF1!,
    loss: binaryLoss(scores),
    perClass,
    withoutImages: perClass.flatMap(({ name, support }) => (support === 0 ? [name] : [])),
  };
}

interface RankedLabel {
  /** Positions of the images, highest logit first. */
  readonly order: Uint32Array;
  /** [images], by rank: whether the next image has a lower logit. */
  readonly endsTie: Uint8Array;
  /** [images], by rank: whether the image has the label. */
  readonly has: Uint8Array;
  /** Number of first ranks for which the label is predicted. */
  readonly given: number;
}

/** @throws StudioError `evaluation-empty`, `evaluation-not-finite` */
export function rankLabels(
  { logits, targets, images, classes }: LabelScores,
  threshold: number,
): RankedLabel[] {
  if (images === 0 || !targets.includes(1))
    throw new StudioError(
      'evaluation-empty',
      images === 0 ? 'There are no images to evaluate.' : 'None of the images has any label.',
      { advice: 'Choose images of which at least one has a label.' },
    );
  const at = logits.findIndex((logit) => !Number.isFinite(logit));
  if (at >= 0)
    throw new StudioError(
      'evaluation-not-finite',
      `The network gave ${logits[at]} for class ${at % classes} of image ${Math.floor(at / classes)}.`,
      { advice: 'Its weights may be broken: evaluate an earlier checkpoint, or train it again.' },
    );
  const least = Math.log(threshold / (1 - threshold));
  return Array.from({ length: classes }, (_, c) => {
    const logitOf = (image: number) => logits[image * classes + c]!;
    const order = Uint32Array.from({ length: images }, (_, image) => image);
    order.sort((a, b) => logitOf(b) - logitOf(a));
    const endsTie = new Uint8Array(images);
    const has = new Uint8Array(images);
    let given = 0;
    for (const [place, image] of order.entries()) {
      const next = order[place + 1];
      endsTie[place] = Number(next === undefined || logitOf(next) < logitOf(image));
      has[place] = targets[image * classes + c]!;
      given += Number(logitOf(image) >= least);
    }
    return { order, endsTie, has, given };
  });
}

/** Mean average precision, macro F1 and micro F1 where image i counts `weights[i]` times. */
export function labelHeadlines(
  ranked: readonly RankedLabel[],
  weights: Uint32Array,
): [mAP: number, macroF1: number, microF1: number] {
  let [precisions, occurring, f1s, used, allHits, allLabels] = [0, 0, 0, 0, 0, 0];
  for (const one of ranked) {
    const precision = averagePrecision(one, weights);
    if (precision !== undefined) {
      precisions += precision;
      occurring++;
    }
    const { support, predicted, hits } = countsOf(one, weights);
    allHits += hits;
    allLabels += support + predicted;
    if (support + predicted === 0) continue;
    f1s += (2 * hits) / (support + predicted);
    used++;
  }
  return [
    precisions / Math.max(1, occurring),
    f1s / Math.max(1, used),
    (2 * allHits) / Math.max(1, allLabels),
  ];
}

/** Undefined where no image has the label. */
function averagePrecision(
  { order, endsTie, has }: RankedLabel,
  weights: Uint32Array,
): number | undefined {
  let [seen, hits, hitsBefore, sum] = [0, 0, 0, 0];
  for (let place = 0; place < order.length; place++) {
    const weight = weights[order[place]!]!;
    seen += weight;
    if (has[place]) hits += weight;
    if (!endsTie[place] || hits === hitsBefore) continue;
    sum += ((hits - hitsBefore) * hits) / seen;
    hitsBefore = hits;
  }
  return hits === 0 ? undefined : sum / hits;
}

function countsOf({ order, has, given }: RankedLabel, weights: Uint32Array) {
  let [support, predicted, hits] = [0, 0, 0];
  for (let place = 0; place < order.length; place++) {
    const weight = weights[order[place]!]!;
    if (has[place]) support += weight;
    if (place >= given) continue;
    predicted += weight;
    if (has[place]) hits += weight;
  }
  return { support, predicted, hits };
}

/** Mean over images and classes, nats. */
export function binaryLoss({ logits, targets }: LabelScores): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i]!;
    sum += Math.max(logit, 0) - logit * targets[i]! + Math.log1p(Math.exp(-Math.abs(logit)));
  }
  return sum / logits.length;
}
