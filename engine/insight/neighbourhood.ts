/** The token match by mask neighbourhood: how much of what lies around a masked patch is visible. */
import type { NeighbourhoodMatch } from '../contract/learning-measures.ts';

interface MaskedGrid {
  readonly rows: number;
  readonly cols: number;
  /** [images, rows · cols], 1 where the student sees the mask token */
  readonly masks: Uint8Array;
}

/**
 * @param found [images, rows · cols], 1 where a patch's most similar teacher patch is its own
 * @returns ascending by visible neighbours; those without patches are left out
 */
export function matchByVisible(grid: MaskedGrid, found: ArrayLike<number>): NeighbourhoodMatch[] {
  const patches = new Float64Array(9);
  const matches = new Float64Array(9);
  for (let at = 0; at < grid.masks.length; at++) {
    if (grid.masks[at] === 0) continue;
    const visible = visibleAround(grid, at);
    patches[visible] = patches[visible]! + 1;
    matches[visible] = matches[visible]! + found[at]!;
  }
  return [...patches.keys()]
    .filter((visible) => patches[visible]! > 0)
    .map((visible) => ({
      visible,
      patches: patches[visible]!,
      match: matches[visible]! / patches[visible]!,
    }));
}

function visibleAround({ rows, cols, masks }: MaskedGrid, at: number): number {
  const N = rows * cols;
  const first = Math.floor(at / N) * N;
  const [y, x] = [Math.floor((at - first) / cols), (at - first) % cols];
  let visible = 0;
  for (let j = Math.max(0, y - 1); j <= Math.min(rows - 1, y + 1); j++)
    for (let i = Math.max(0, x - 1); i <= Math.min(cols - 1, x + 1); i++)
      visible += 1 - masks[first + j * cols + i]!;
  return visible;
}
