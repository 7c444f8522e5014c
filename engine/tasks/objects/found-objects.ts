/**
 * The objects that a network finds in an image: the best pairs of a query and a class, with box and mask
 * in pixels of the image.
 *
 * The score is the probability of the class; of a network with masks, times the mean probability of
 * the pixels of the mask.
 *
 * @source DETR (ECCV 2020) and EoMT (CVPR 2025), post-processing
 */
import {
  boxInImage,
  type FittedView,
  maskInImage,
  type ViewGrid,
} from '../../data/views/fitted-view.ts';
import { MOST_DETECTIONS } from '../../evaluation/detection/coco.ts';
import type { DetectedObject } from '../../evaluation/detection/matches.ts';
import type { GridSize } from '../../nn/feature-map.ts';
import type { ObjectPredictor, ViewPredictions } from './types.ts';

/** A query and a class. */
interface Pair {
  readonly query: number;
  readonly class: number;
  readonly score: number;
}

/**
 * @param at  place of the view in the batch
 * @returns best scores first
 */
export function foundObjects(
  predictions: ViewPredictions,
  at: number,
  { queries, classes, grid }: Pick<ObjectPredictor, 'queries' | 'classes' | 'grid'>,
  fitted: FittedView,
): DetectedObject[] {
  const logits = ofImage(predictions.classes, at, queries * (classes + 1));
  const boxes = ofImage(predictions.boxes, at, 4 * queries);
  const pairs = bestPairs(logits, queries, classes);
  const boxOf = (query: number) => {
    const [x, y, width, height] = boxes.subarray(4 * query, 4 * query + 4);
    return boxInImage([x!, y!, width!, height!], fitted);
  };
  if (predictions.masks === undefined || grid === undefined)
    return pairs.map(({ query, class: label, score }) => ({
      class: label,
      box: boxOf(query),
      score,
    }));
  const masks = ofImage(predictions.masks, at, grid.rows * grid.cols * queries);
  const found = new Map<number, { readonly mask: DetectedObject['mask']; readonly sure: number }>();
  for (const query of new Set(pairs.map((pair) => pair.query))) {
    const cells = gridOf(masks, query, queries, grid);
    found.set(query, { mask: maskInImage(cells, fitted), sure: meanProbability(cells, fitted) });
  }
  return pairs
    .map(({ query, class: label, score }) => {
      const { mask, sure } = found.get(query)!;
      return { class: label, box: boxOf(query), score: score * sure, mask };
    })
    .sort((a, b) => b.score - a.score);
}

function ofImage(all: Float32Array, at: number, each: number): Float32Array {
  return all.subarray(at * each, (at + 1) * each);
}

/** @param logits [Q, classes + 1] @returns best scores first; of equal ones the first query and class */
function bestPairs(logits: Float32Array, queries: number, classes: number): Pair[] {
  const scores = new Float64Array(queries * classes);
  for (let query = 0; query < queries; query++) {
    const row = logits.subarray(query * (classes + 1), (query + 1) * (classes + 1));
    const largest = row.reduce((most, value) => Math.max(most, value));
    let sum = 0;
    for (const value of row) sum += Math.exp(value - largest);
    for (let c = 0; c < classes; c++)
      scores[query * classes + c] = Math.exp(row[c]! - largest) / sum;
  }
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return Array.from(order.subarray(0, MOST_DETECTIONS), (i) => ({
    query: Math.floor(i / classes),
    class: i % classes,
    score: scores[i]!,
  }));
}

/** @param masks [rows·cols, Q] */
function gridOf(
  masks: Float32Array,
  query: number,
  queries: number,
  { rows, cols }: GridSize,
): ViewGrid {
  const values = new Float32Array(rows * cols);
  for (let i = 0; i < values.length; i++) values[i] = masks[i * queries + query]!;
  return { rows, cols, values };
}

/** Mean probability of the cells of the mask that show the image; 0 without any. */
function meanProbability({ rows, cols, values }: ViewGrid, { shown, view }: FittedView): number {
  let [sum, count] = [0, 0];
  for (let row = 0; row < rows && ((row + 0.5) * view.height) / rows < shown.height; row++)
    for (let col = 0; col < cols && ((col + 0.5) * view.width) / cols < shown.width; col++) {
      const value = values[row * cols + col]!;
      if (!(value > 0)) continue;
      sum += 1 / (1 + Math.exp(-value));
      count++;
    }
  return count === 0 ? 0 : sum / count;
}
