/**
 * Relative position bias of a patch grid with one class token.
 *
 * The table has a row for each offset between two patches, and three more: class to patch, patch to
 * class, class to class.
 *
 * @source BEiT (ICLR 2022), section 2.3; Swin Transformer (ICCV 2021)
 */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';

export function relativePositionRows(rows: number, cols: number): number {
  return (2 * rows - 1) * (2 * cols - 1) + 3;
}

/** Table row of each (query, key) pair, [T·T] with T = rows·cols + 1, token 0 the class token. */
export function relativePositionIndex(rows: number, cols: number): Int32Array {
  const tokens = rows * cols + 1;
  const offsets = relativePositionRows(rows, cols) - 3;
  const index = new Int32Array(tokens * tokens);
  for (let query = 0; query < tokens; query++)
    for (let key = 0; key < tokens; key++)
      index[query * tokens + key] =
        query === 0 && key === 0
          ? offsets + 2
          : query === 0
            ? offsets
            : key === 0
              ? offsets + 1
              : patchOffsetRow(query - 1, key - 1, rows, cols);
  return index;
}

function patchOffsetRow(query: number, key: number, rows: number, cols: number): number {
  const dy = Math.floor(query / cols) - Math.floor(key / cols);
  const dx = (query % cols) - (key % cols);
  return (dy + rows - 1) * (2 * cols - 1) + (dx + cols - 1);
}

/** @param table [rows of offsets + 3, H] @returns additive bias [1, H, T, T] */
export function relativePositionBias(table: Node, rows: number, cols: number): Node {
  const tokens = rows * cols + 1;
  const heads = table.shape[1]!;
  const pairs = ir.gather(table, relativePositionIndex(rows, cols));
  return ir.reshape(ir.transpose(pairs, [1, 0]), [1, heads, tokens, tokens]);
}
