/**
 * Comparison of networks by a score that is counted over all images together and not a mean over
 * them, such as average precision or mean IoU: what it is counted from is stored.
 */
import type { ComparedCell, ComparedTask, LabelledReport } from '../labelled-task.ts';

/** What a cell of `compare.json` says of its images. */
interface Counted {
  /** Number of images that were evaluated. */
  readonly evaluated: number;
  /** Positions of images that could not be decoded. */
  readonly leftOut: readonly number[];
}

/** @param weights count of each evaluated image, [evaluated] */
type Score = (weights: Uint32Array) => number;

interface CountedScores<R extends LabelledReport> extends Pick<ComparedTask<R>, 'keep'> {
  counted(cell: ComparedCell): Counted;
  /** The primary score; 0 where a resample has nothing to find. */
  scorer(cell: ComparedCell): Score;
}

export function comparedByCounts<R extends LabelledReport>({
  keep,
  counted,
  scorer,
}: CountedScores<R>): ComparedTask<R> {
  const imagesOf = (cell: ComparedCell) => {
    const { evaluated, leftOut } = counted(cell);
    return evaluated + leftOut.length;
  };
  return {
    keep,
    images: imagesOf,
    measure(cells, less = []) {
      const all = [...cells, ...less];
      const missing = new Set(all.flatMap((cell) => counted(cell).leftOut));
      const positions = Array.from({ length: imagesOf(all[0]!) }, (_, i) => i);
      const images = positions.filter((i) => !missing.has(i));
      const scores = all.map((cell) => scoreOver(images, counted(cell), scorer(cell)));
      const [ours, theirs] = [scores.slice(0, cells.length), scores.slice(cells.length)];
      return {
        images: images.length,
        score: (weights) => meanOf(ours, weights) - meanOf(theirs, weights),
      };
    },
  };
}

/** @param images positions among all images, of which none was left out */
function scoreOver(images: readonly number[], { evaluated, leftOut }: Counted, score: Score) {
  const missing = new Set(leftOut);
  const rows = new Int32Array(evaluated + leftOut.length);
  let row = 0;
  for (let i = 0; i < rows.length; i++) rows[i] = missing.has(i) ? -1 : row++;
  return (weights: Uint32Array) => {
    const own = new Uint32Array(evaluated);
    for (const [i, image] of images.entries()) own[rows[image]!] = weights[i]!;
    return score(own);
  };
}

function meanOf(scores: readonly Score[], weights: Uint32Array): number {
  const sum = scores.reduce((total, score) => total + score(weights), 0);
  return scores.length === 0 ? 0 : sum / scores.length;
}
