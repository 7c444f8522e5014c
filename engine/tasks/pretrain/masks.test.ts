import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../contract/recipe.ts';
import { RandomStream } from '../../random/philox.ts';
import { blockMask, cellMask, recipeMask } from './masks.ts';

interface CellStats {
  input_size: number;
  mask_patch_size: number;
  model_patch_size: number;
  mask_ratio: number;
  cells: number;
  masked_cells: number;
  expected_cell_frequency: number;
  corner_pair_joint_expected: number;
}
const stored = JSON.parse(
  readFileSync(new URL('../../../assets/fixtures/masking_stats.json', import.meta.url), 'utf8'),
) as {
  block: {
    window: [number, number];
    num_masking_patches: number;
    min_num_patches: number;
    min_aspect: number;
    mean_masked: number;
    std_masked: number;
    count_distribution: Record<string, number>;
    runs: number;
    cell_frequency: number[][];
  };
  random_mps32: CellStats[];
};
const DRAWS = 20_000;
const count = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);

describe('blockMask', () => {
  const { block } = stored;
  const [rows, cols] = block.window;
  const frequency = new Float64Array(rows * cols);
  const counts: number[] = [];
  for (let i = 0; i < DRAWS; i++) {
    const mask = blockMask(new RandomStream(1, 'mask', 0, i), {
      rows,
      cols,
      maskedPatches: block.num_masking_patches,
      minPatches: block.min_num_patches,
      minAspect: block.min_aspect,
    });
    counts.push(count(mask));
    for (const [k, value] of mask.entries()) frequency[k]! += value / DRAWS;
  }
  const mean = counts.reduce((a, b) => a + b) / DRAWS;

  it('masks as many patches as the reference: mean, spread, never more than asked', () => {
    const std = Math.sqrt(counts.reduce((sum, c) => sum + (c - mean) ** 2, 0) / DRAWS);
    expect(Math.abs(mean - block.mean_masked)).toBeLessThan(0.04);
    expect(Math.abs(std - block.std_masked)).toBeLessThan(0.06);
    expect(Math.max(...counts)).toBe(block.num_masking_patches);
    for (const [number, times] of Object.entries(block.count_distribution)) {
      const share = counts.filter((c) => c === Number(number)).length / DRAWS;
      expect(Math.abs(share - times / block.runs), `${number} patches`).toBeLessThan(0.02);
    }
  });

  it('masks every place as often as the reference', () => {
    for (const [k, expected] of block.cell_frequency.flat().entries()) {
      expect(Math.abs(frequency[k]! - expected), `patch ${k}`).toBeLessThan(0.015);
    }
  });

  it('ends when nothing fits', () => {
    const options = { rows: 2, cols: 2, maskedPatches: 4, minPatches: 16, minAspect: 0.3 };
    expect(count(blockMask(new RandomStream(1, 'mask'), options))).toBeLessThanOrEqual(4);
  });
});

describe('cellMask', () => {
  it.each(stored.random_mps32)('draws cells as the reference: $input_size px, $mask_ratio', (s) => {
    const side = s.input_size / s.model_patch_size;
    const cell = s.mask_patch_size / s.model_patch_size;
    const across = side / cell;
    const single = new Float64Array(s.cells);
    const withFirst = new Float64Array(s.cells);
    for (let i = 0; i < DRAWS; i++) {
      const mask = cellMask(new RandomStream(2, 'mask', 0, i), {
        rows: side,
        cols: side,
        cellRows: cell,
        cellCols: cell,
        ratio: s.mask_ratio,
      });
      const chosen = new Uint8Array(s.cells);
      let aligned = true;
      for (let k = 0; k < mask.length; k++) {
        const at = Math.floor(Math.floor(k / side) / cell) * across + Math.floor((k % side) / cell);
        const first = Math.floor(at / across) * cell * side + (at % across) * cell;
        aligned &&= mask[k] === mask[first];
        chosen[at] = mask[k]!;
      }
      if (!aligned || count(chosen) !== s.masked_cells)
        throw new Error(`draw ${i} is no cell mask`);
      for (let c = 0; c < s.cells; c++) {
        single[c]! += chosen[c]! / DRAWS;
        withFirst[c]! += (chosen[c]! & chosen[0]!) / DRAWS;
      }
    }
    for (let c = 0; c < s.cells; c++) {
      expect(Math.abs(single[c]! - s.expected_cell_frequency), `cell ${c}`).toBeLessThan(0.015);
      if (c === 0) continue;
      expect(Math.abs(withFirst[c]! - s.corner_pair_joint_expected), `pair ${c}`).toBeLessThan(
        0.015,
      );
    }
  });

  it('refuses cells that do not tile the grid', () => {
    const options = { rows: 5, cols: 6, cellRows: 2, cellCols: 2, ratio: 0.5 };
    expect(() => cellMask(new RandomStream(0, 'mask'), options)).toThrow(/do not tile/);
  });
});

describe('recipeMask', () => {
  it('is a function of seed, epoch and sample alone', () => {
    const recipe = parseRecipe({
      image_size: [48, 80],
      patch_size: 8,
      mask_type: 'random_mps32',
      mask_cell: 16,
    });
    const mask = recipeMask(recipe, 3, 17);
    expect(mask).toHaveLength(60);
    expect(count(mask)).toBe(Math.ceil(15 * 0.75) * 4);
    expect(recipeMask(recipe, 3, 17)).toEqual(mask);
    expect(recipeMask(recipe, 4, 17)).not.toEqual(mask);
    expect(recipeMask({ ...recipe, seed: 1 }, 3, 17)).not.toEqual(mask);
  });

  it('masks rectangles for block recipes', () => {
    const mask = recipeMask(parseRecipe(), 0, 0);
    expect(mask).toHaveLength(196);
    expect(count(mask)).toBeGreaterThan(60);
  });
});
