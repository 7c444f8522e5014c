/** Scores by the number of blocks that were tuned. */
import { type TunedBlocks, tunedBlocksOf } from '../contract/tuned-blocks.ts';
import type { Comparison, ComparisonRow } from './comparison.ts';

export interface PartialPoint
  extends Pick<ComparisonRow, 'seeds' | 'score' | 'lowest' | 'highest'> {
  readonly blocks: TunedBlocks;
  readonly start: ComparisonRow['start'];
}

export interface PartialCurve extends Pick<Comparison, 'task' | 'primary' | 'images' | 'warnings'> {
  /** of the network */
  readonly depth: number;
  readonly labelled: number;
  readonly points: readonly PartialPoint[];
}

/** @param depth of the network */
export function partialCurve(comparison: Comparison, depth: number): PartialCurve {
  const { task, primary, images, rows, warnings } = comparison;
  const points = rows.map(
    ({ mode, start, seeds, score, lowest, highest }): PartialPoint => ({
      blocks: tunedBlocksOf(mode),
      start,
      seeds,
      score,
      lowest,
      highest,
    }),
  );
  const place = ({ blocks }: PartialPoint) => (blocks === 'all' ? depth : blocks);
  return {
    task,
    primary,
    images,
    depth,
    labelled: rows[0]!.labelled,
    points: points.sort((a, b) => place(a) - place(b)),
    ...(warnings === undefined ? {} : { warnings }),
  };
}
