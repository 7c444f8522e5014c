/** Convolution of feature maps with a kernel of 3 x 3, stride 1, and a border of zeros. */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import { constantProduct, type FeatureMap, type GridSize, imagesOf } from './feature-map.ts';
import { bilinearMatrix } from './resizing-matrix.ts';

/**
 * One product yields what each cell gives to its nine neighbours, and the products are moved there.
 * With more channels in than out, this copies less than bringing the neighbours together first, and
 * the backward pass needs nothing but the map itself.
 *
 * @param weight [out, in, 3, 3]
 */
export function convolve3x3(map: FeatureMap, weight: Node): FeatureMap {
  const { rows, cols } = map;
  const out = weight.shape[0]!;
  const products = ofNeighbours(map, ir.transpose(weight, [1, 2, 3, 0]));
  const grid = ir.reshape(products, [imagesOf(map), rows, cols, 9 * out]);
  return { ...map, value: ir.reshape(gather3(gather3(grid, 1), 2), [products.shape[0]!, out]) };
}

/**
 * The convolution of maps that are resized to one grid, with their channels one after the other.
 *
 * The products over channels are taken before resizing, on the grid of each map: both are linear,
 * and the smaller grids have up to 64 times fewer cells. Resizing and moving to neighbours are one
 * constant matrix for each axis.
 *
 * @param weight [out, sum of the maps' channels, 3, 3]
 */
export function convolveResized3x3(
  maps: readonly FeatureMap[],
  size: GridSize,
  weight: Node,
): FeatureMap {
  let start = 0;
  const parts = maps.map((map): Node => {
    const end = start + map.value.shape[1]!;
    const own = ir.slice(weight, 1, start, end);
    start = end;
    const isSame = map.rows === size.rows && map.cols === size.cols;
    return isSame ? convolve3x3(map, own).value : resizedProducts(map, size, own);
  });
  const value = parts.reduce((sum, part): Node => ir.add(sum, part));
  return { rows: size.rows, cols: size.cols, value };
}

function resizedProducts(map: FeatureMap, { rows, cols }: GridSize, weight: Node): Node {
  const out = weight.shape[0]!;
  const B = imagesOf(map);
  // Neighbours along a line are next to its cells.
  const products = ofNeighbours(map, ir.transpose(weight, [1, 3, 2, 0]));
  const lines = ir.reshape(products, [B * map.rows, map.cols * 3, 3 * out]);
  const across = alongAxis(lines, map.cols, cols);
  const byColumn = ir.reshape(across, [B, map.rows, cols, 3, out]);
  const grids = ir.transpose(byColumn, [0, 1, 3, 2, 4]);
  const down = alongAxis(ir.reshape(grids, [B, map.rows * 3, cols * out]), map.rows, rows);
  return ir.reshape(down, [B * rows * cols, out]);
}

/** @param kernel [in, 3, 3, out] @returns [B·rows·cols, 9 · out] */
function ofNeighbours({ value }: FeatureMap, kernel: Node): Node {
  const [C, out] = [kernel.shape[0]!, kernel.shape[3]!];
  // As a right operand, so that the backward pass transposes the map, not its wider products.
  return ir.matmul(value, ir.reshape(kernel, [C, 9 * out]));
}

/**
 * The sum over cells and their three neighbours of a line, resized.
 *
 * @param lines [n, from · 3, m] @returns [n, to, m]
 */
function alongAxis(lines: Node, from: number, to: number): Node {
  const { weights } = bilinearMatrix(from, to);
  const moved = new Float32Array(to * from * 3);
  for (let place = 0; place < to; place++)
    for (let neighbour = 0; neighbour < 3; neighbour++) {
      const row = place + neighbour - 1;
      if (row < 0 || row >= to) continue;
      for (let cell = 0; cell < from; cell++)
        moved[(place * from + cell) * 3 + neighbour] = weights[row * from + cell]!;
    }
  return constantProduct(moved, to, from * 3, lines);
}

/**
 * The sum of three parts of the channels: those of the cell before, of the cell and of the next one
 * along an axis.
 *
 * @param grid [B, rows, cols, 3 · n] @returns [B, rows, cols, n]
 */
function gather3(grid: Node, axis: 1 | 2): Node {
  const [cells, n] = [grid.shape[axis]!, grid.shape[3]! / 3];
  const one = grid.shape.map((_, other) => (other === axis ? 1 : 0));
  const none = grid.shape.map(() => 0);
  const [before, own, next] = [0, 1, 2].map((i) => ir.slice(grid, 3, i * n, (i + 1) * n));
  const ofBefore = ir.slice(ir.pad(before!, one, none), axis, 0, cells);
  const ofNext = ir.slice(ir.pad(next!, none, one), axis, 1, cells + 1);
  return ir.add(ir.add(ofBefore, own!), ofNext);
}
