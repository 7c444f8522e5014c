/** Convolution of each channel by itself. */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import type { FeatureMap } from './feature-map.ts';

/**
 * Band matrices over the columns of a map, one for each row of a kernel of 3 x 3 and each channel:
 * [C, cols, cols] each.
 *
 * @param weight [C, 1, 3, 3]
 */
export function bandsOf(weight: Node, cols: number): readonly Node[] {
  const C = weight.shape[0]!;
  const neighbours = ir.constant(neighboursOf(cols), [3, cols * cols]);
  const kernel = ir.reshape(weight, [C, 9]);
  return [0, 1, 2].map((y) => {
    const row = ir.slice(kernel, 1, 3 * y, 3 * y + 3);
    return ir.reshape(ir.matmul(row, neighbours), [C, cols, cols]);
  });
}

/**
 * Convolution with a kernel of 3 x 3 for each channel, stride 1, and a border of zeros.
 *
 * Each row of the kernel is a band matrix, so a channel takes three products. Nine shifted products
 * of single elements would pass over memory eighteen times.
 *
 * @param bands of the kernel, for the columns of the map
 */
export function depthwise3x3(map: FeatureMap, bands: readonly Node[]): FeatureMap {
  const { rows, cols } = map;
  const C = map.value.shape[1]!;
  const B = map.value.shape[0]! / (rows * cols);
  const channels = ir.transpose(ir.reshape(map.value, [B, rows, cols, C]), [3, 0, 1, 2]);
  const bordered = ir.pad(channels, [0, 0, 1, 0], [0, 0, 1, 0]);
  const sums = bands.map((band, y): Node => {
    const x = ir.reshape(ir.slice(bordered, 2, y, y + rows), [C, B * rows, cols]);
    return ir.matmul(x, band);
  });
  const sum = sums.reduce((total, one) => ir.add(total, one));
  const value = ir.transpose(ir.reshape(sum, [C, B, rows, cols]), [1, 2, 3, 0]);
  return { ...map, value: ir.reshape(value, [B * rows * cols, C]) };
}

/** [3, from · to] 1 where a column is that neighbour of another: the one before, itself, the next. */
function neighboursOf(cols: number): Float32Array {
  const bands = new Float32Array(3 * cols * cols);
  for (let to = 0; to < cols; to++)
    for (let shift = 0; shift < 3; shift++) {
      const from = to + shift - 1;
      if (from >= 0 && from < cols) bands[(shift * cols + from) * cols + to] = 1;
    }
  return bands;
}
