/** Constant matrices that change the length of one axis. */

export interface ResizingMatrix {
  readonly from: number;
  readonly to: number;
  /** [to, from], each row sums to 1 */
  readonly weights: Float32Array;
  /** whether it changes nothing */
  readonly same: boolean;
}

/**
 * Linear interpolation between the centres of cells; beyond the first and last centre the value is
 * theirs.
 * @source PyTorch, `interpolate(mode='bilinear', align_corners=False)`
 */
export function bilinearMatrix(from: number, to: number): ResizingMatrix {
  return matrix(from, to, (row, add) => {
    const at = Math.max(0, ((row + 0.5) * from) / to - 0.5);
    const low = Math.min(Math.floor(at), from - 1);
    const share = Math.min(1, at - low);
    add(low, 1 - share);
    add(Math.min(low + 1, from - 1), share);
  });
}

/**
 * Averages of `to` cells of nearly equal length, which overlap where the lengths do not divide.
 * @source PyTorch, `AdaptiveAvgPool2d`
 */
export function averagingMatrix(from: number, to: number): ResizingMatrix {
  return matrix(from, to, (row, add) => {
    const start = Math.floor((row * from) / to);
    const end = Math.ceil(((row + 1) * from) / to);
    for (let i = start; i < end; i++) add(i, 1 / (end - start));
  });
}

function matrix(
  from: number,
  to: number,
  fill: (row: number, add: (column: number, weight: number) => void) => void,
): ResizingMatrix {
  const weights = new Float32Array(to * from);
  for (let row = 0; row < to; row++)
    fill(row, (column, weight) => {
      weights[row * from + column]! += weight;
    });
  return { from, to, weights, same: from === to };
}
