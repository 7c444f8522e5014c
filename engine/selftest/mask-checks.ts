/** Checks of mask generators against stored statistics of many draws. */
import { readFile } from 'node:fs/promises';
import { RandomStream } from '../random/philox.ts';
import { blockMask, cellMask } from '../tasks/pretrain/masks.ts';
import type { Checker } from './checks.ts';

/** By chance alone, frequencies over 20,000 draws differ up to about a third of this. */
const FREQUENCY_LIMIT = 0.015;

interface BlockStatistics {
  readonly runs: number;
  readonly window: readonly [number, number];
  readonly num_masking_patches: number;
  readonly min_num_patches: number;
  readonly min_aspect: number;
  readonly mean_masked: number;
  readonly std_masked: number;
  readonly max_masked: number;
  readonly cell_frequency: readonly (readonly number[])[];
}

interface CellStatistics {
  readonly runs: number;
  readonly input_size: number;
  readonly mask_patch_size: number;
  readonly model_patch_size: number;
  readonly mask_ratio: number;
  readonly count_distribution: Readonly<Record<string, number>>;
  readonly cell_frequency: readonly (readonly number[])[];
}

interface MaskStatistics {
  readonly block: BlockStatistics;
  readonly random_mps32: readonly CellStatistics[];
}

export async function checkMasks(file: string, checker: Checker): Promise<void> {
  const stored = JSON.parse(await readFile(file, 'utf8')) as MaskStatistics;
  checkBlocks(stored.block, checker);
  for (const statistics of stored.random_mps32) checkCells(statistics, checker);
  checker.finish();
}

/** Draw masks; compute the frequency of each patch and the moments of the number of masked ones. */
function draw(runs: number, patches: number, make: (random: RandomStream) => Uint8Array) {
  const hits = new Float64Array(patches);
  const counts: number[] = [];
  for (let run = 0; run < runs; run++) {
    const mask = make(new RandomStream(1, 'test', run));
    mask.forEach((covered, i) => {
      hits[i]! += covered;
    });
    counts.push(mask.reduce((sum, covered) => sum + covered, 0));
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / runs;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / runs;
  return { frequency: hits.map((n) => n / runs), counts, mean, std: Math.sqrt(variance) };
}

function largestGap(frequency: Float64Array, stored: readonly (readonly number[])[]): number {
  return Math.max(...stored.flat().map((value, i) => Math.abs(value - frequency[i]!)));
}

function checkBlocks(stored: BlockStatistics, checker: Checker): void {
  const [rows, cols] = stored.window;
  const options = {
    rows,
    cols,
    maskedPatches: stored.num_masking_patches,
    minPatches: stored.min_num_patches,
    minAspect: stored.min_aspect,
  };
  const found = draw(stored.runs, rows * cols, (random) => blockMask(random, options));
  const gap = largestGap(found.frequency, stored.cell_frequency);
  checker.check('block: frequency of each patch', gap, FREQUENCY_LIMIT);
  checker.check('block: mean number masked', Math.abs(found.mean - stored.mean_masked), 0.05);
  checker.check('block: deviation of the number', Math.abs(found.std - stored.std_masked), 0.05);
  const tooMany = found.counts.filter((count) => count > stored.max_masked).length;
  checker.check('block: masks with too many patches', tooMany, 0);
}

function checkCells(stored: CellStatistics, checker: Checker): void {
  const side = stored.input_size / stored.model_patch_size;
  const cell = stored.mask_patch_size / stored.model_patch_size;
  const grid = { rows: side, cols: side, cellRows: cell, cellCols: cell };
  const options = { ...grid, ratio: stored.mask_ratio };
  const found = draw(stored.runs, side * side, (random) => cellMask(random, options));
  const gap = largestGap(found.frequency, stored.cell_frequency);
  checker.group('random_mps32: frequency of each patch', gap, FREQUENCY_LIMIT);
  const wrong = found.counts.filter((count) => !(count in stored.count_distribution)).length;
  checker.group('random_mps32: masks with another number of patches', wrong, 0);
}
