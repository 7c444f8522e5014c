/** Comparison of networks that find objects by average precision: all matches are stored. */
import { DetectionScorer } from '../../evaluation/detection/average-precision.ts';
import {
  readStoredMatches,
  type StoredMatches,
  storeMatches,
} from '../../evaluation/detection/stored-matches.ts';
import type { ComparedCell, ComparedTask } from '../labelled-task.ts';
import type { ObjectsReport } from './report.ts';

interface Kept {
  /** Of masks where networks have them, else of boxes. */
  readonly matches: StoredMatches;
  /** Positions of images that could not be decoded. */
  readonly leftOut: readonly number[];
}

export const comparedObjects: ComparedTask<ObjectsReport> = {
  keep: ({ matches, leftOut }) => ({ matches: storeMatches(matches), leftOut }),
  images: (cell) => imagesOf(keptOf(cell)),
  measure(cells, less = []) {
    const kept = [...cells, ...less].map(keptOf);
    const missing = new Set(kept.flatMap(({ leftOut }) => leftOut));
    const all = Array.from({ length: imagesOf(kept[0]!) }, (_, i) => i);
    const images = all.filter((i) => !missing.has(i));
    const scorers = kept.map((one) => scorerOver(one, images));
    const [ours, theirs] = [scorers.slice(0, cells.length), scorers.slice(cells.length)];
    return {
      images: images.length,
      score: (weights) => meanOf(ours, weights) - meanOf(theirs, weights),
    };
  },
};

type Scorer = (weights: Uint32Array) => number;

function keptOf(cell: ComparedCell): Kept {
  return cell as unknown as Kept;
}

/** With those that were left out. */
function imagesOf({ matches, leftOut }: Kept): number {
  return matches.images + leftOut.length;
}

/** @param images positions among all images, of which none was left out */
function scorerOver(kept: Kept, images: readonly number[]): Scorer {
  const { matches, leftOut } = kept;
  const scorer = new DetectionScorer(readStoredMatches(matches));
  const missing = new Set(leftOut);
  const rows = new Int32Array(imagesOf(kept));
  let row = 0;
  for (let i = 0; i < rows.length; i++) rows[i] = missing.has(i) ? -1 : row++;
  return (weights) => {
    const own = new Uint32Array(matches.images);
    for (const [i, image] of images.entries()) own[rows[image]!] = weights[i]!;
    // A resample without any object has nothing to find.
    return scorer.averagePrecision(own) ?? 0;
  };
}

function meanOf(scorers: readonly Scorer[], weights: Uint32Array): number {
  const sum = scorers.reduce((total, score) => total + score(weights), 0);
  return scorers.length === 0 ? 0 : sum / scorers.length;
}
