/**
 * The two mask generators of the reference scripts.
 *
 * Masks are bytes, row-major over the patch grid, 1 = masked. All randomness comes from the stream.
 */
import { StudioError } from '../../contract/errors.ts';
import { type Recipe, type RecipeGeometry, recipeGeometry } from '../../contract/recipe.ts';
import { RandomStream } from '../../random/philox.ts';

export interface BlockMaskOptions {
  readonly rows: number;
  readonly cols: number;
  /** Patches to mask, at most. */
  readonly maskedPatches: number;
  /** Smallest area of a rectangle, patches. */
  readonly minPatches: number;
  /** Largest area of a rectangle, patches; `maskedPatches` if left out. */
  readonly maxPatches?: number;
  /** Flattest rectangle, height over width; its inverse is the tallest. */
  readonly minAspect: number;
}

const ATTEMPTS = 10;

/** The nearest integer, halves to even. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Mask a rectangle of up to `most` new patches. @returns how many; 0 if no attempt fits */
function addRectangle(
  mask: Uint8Array,
  stream: RandomStream,
  most: number,
  { rows, cols, minPatches, minAspect }: BlockMaskOptions,
): number {
  const logAspect = Math.log(minAspect);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = stream.between(minPatches, most);
    const aspect = Math.exp(stream.between(logAspect, -logAspect));
    const h = roundHalfEven(Math.sqrt(area * aspect));
    const w = roundHalfEven(Math.sqrt(area / aspect));
    if (h >= rows || w >= cols) continue;
    const top = stream.integer(rows - h + 1);
    const left = stream.integer(cols - w + 1);
    let added = 0;
    for (let y = top; y < top + h; y++) {
      for (let x = left; x < left + w; x++) added += 1 - mask[y * cols + x]!;
    }
    if (added < 1 || added > most) continue;
    for (let y = top; y < top + h; y++) mask.fill(1, y * cols + left, y * cols + left + w);
    return added;
  }
  return 0;
}

/**
 * Mask random rectangles until `maskedPatches` are masked or none fits, so the number may be lower
 * but not higher.
 *
 * @returns [rows * cols]
 */
export function blockMask(stream: RandomStream, options: BlockMaskOptions): Uint8Array {
  const { rows, cols, maskedPatches } = options;
  const largest = options.maxPatches ?? maskedPatches;
  const mask = new Uint8Array(rows * cols);
  let masked = 0;
  while (masked < maskedPatches) {
    const added = addRectangle(mask, stream, Math.min(maskedPatches - masked, largest), options);
    if (added === 0) break;
    masked += added;
  }
  return mask;
}

/** The sides of a cell divide those of the grid. */
interface CellMaskOptions extends Pick<RecipeGeometry, 'rows' | 'cols' | 'cellRows' | 'cellCols'> {
  /** Share of the cells to mask, rounded up. */
  readonly ratio: number;
}

/**
 * Mask exactly `ceil(cells * ratio)` cells of the grid, drawn without replacement (`random_mps32`
 * of the reference scripts, where a cell is 32 pixels wide).
 *
 * @returns [rows * cols]
 * @throws StudioError `mask-invalid` when cells do not tile the grid
 */
export function cellMask(stream: RandomStream, options: CellMaskOptions): Uint8Array {
  const { rows, cols, cellRows, cellCols, ratio } = options;
  const down = rows / cellRows;
  const across = cols / cellCols;
  if (!Number.isInteger(down) || !Number.isInteger(across)) {
    throw new StudioError(
      'mask-invalid',
      `Mask cells of ${cellRows}x${cellCols} patches do not tile a grid of ${rows}x${cols}.`,
      { advice: 'Choose mask_cell as a multiple of patch_size that divides image_size.' },
    );
  }
  const cells = down * across;
  const order = stream.shuffle(Uint32Array.from({ length: cells }, (_, i) => i));
  const chosen = order.subarray(0, Math.min(cells, Math.ceil(cells * ratio)));
  const mask = new Uint8Array(rows * cols);
  for (const cell of chosen) {
    const top = Math.floor(cell / across) * cellRows;
    const left = (cell % across) * cellCols;
    for (let y = top; y < top + cellRows; y++) {
      mask.fill(1, y * cols + left, y * cols + left + cellCols);
    }
  }
  return mask;
}

/**
 * The mask of one image in one epoch: a function of (seed, epoch, sample id) alone.
 * @returns [rows * cols] of the recipe's patch grid
 */
export function recipeMask(recipe: Recipe, epoch: number, sampleId: number): Uint8Array {
  const grid = recipeGeometry(recipe);
  const stream = new RandomStream(recipe.seed, 'mask', epoch, sampleId);
  if (recipe.mask_type === 'block') {
    return blockMask(stream, {
      rows: grid.rows,
      cols: grid.cols,
      maskedPatches: recipe.mask_patches,
      minPatches: recipe.mask_min_patches,
      minAspect: recipe.mask_min_aspect,
    });
  }
  return cellMask(stream, { ...grid, ratio: recipe.mask_ratio });
}
