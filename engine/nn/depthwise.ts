/** Convolution of each channel by itself. */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import type { FeatureMap } from './feature-map.ts';

/**
 * Convolution with a kernel of 3 x 3 for each channel, stride 1, and a border of zeros.
 *
 * Each row of the kernel is a band matrix over the columns of the map, so a channel takes three
 * products. Nine shifted products of single elements would pass over memory eighteen times.
 *
 * @param weight [C, 1, 3, 3]
 */
export function depthwise3x3(map: FeatureMap, weight: Node): FeatureMap {
  const { rows, cols } = map;
  const C = weight.shape[0]!;
  const B = map.value.shape[0]! / (rows * cols);
  const channels = ir.transpose(ir.reshape(map.value, [B, rows, cols, C]), [3, 0, 1, 2]);
  const bordered = ir.pad(channels, [0, 0, 1, 0], [0, 0, 1, 0]);
  const bands = ir.constant(bandsOf(cols), [3, cols * cols]);
  const kernel = ir.reshape(weight, [C, 9]);
  const sums = [0, 1, 2].map((y): Node => {
    const x = ir.reshape(ir.slice(bordered, 2, y, y + rows), [C, B * rows, cols]);
    const band = ir.matmul(ir.slice(kernel, 1, 3 * y, 3 * y + 3), bands);
    return ir.matmul(x, ir.reshape(band, [C, cols, cols]));
  });
  const sum = sums.reduce((total, one) => ir.add(total, one));
  const value = ir.transpose(ir.reshape(sum, [C, B, rows, cols]), [1, 2, 3, 0]);
  return { ...map, value: ir.reshape(value, [B * rows * cols, C]) };
}

/** [3, from · to] 1 where a column is that neighbour of another: the one before, itself, the next. */
function bandsOf(cols: number): Float32Array {
  const bands = new Float32Array(3 * cols * cols);
  for (let to = 0; to < cols; to++)
    for (let shift = 0; shift < 3; shift++) {
      const from = to + shift - 1;
      if (from >= 0 && from < cols) bands[(shift * cols + from) * cols + to] = 1;
    }
  return bands;
}
