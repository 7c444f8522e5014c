/**
 * Feature maps: values on a grid for each image, kept as rows of channels, [B·rows·cols, C], row-major
 * and image by image, so that convolutions are matrix products.
 */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import { averagingMatrix, bilinearMatrix, type ResizingMatrix } from './resizing-matrix.ts';

export interface FeatureMap {
  /** [B·rows·cols, C] */
  readonly value: Node;
  readonly rows: number;
  readonly cols: number;
}

export interface GridSize {
  readonly rows: number;
  readonly cols: number;
}

/** Apply an operation of rows of channels, which leaves the grid. */
export function mapRows(map: FeatureMap, change: (value: Node) => Node): FeatureMap {
  return { ...map, value: change(map.value) };
}

/** The patch tokens of each image. @param tokens [B·T, E], the class token first */
export function patchMap(tokens: Node, grid: GridSize & { readonly tokens: number }): FeatureMap {
  const { rows, cols, tokens: T } = grid;
  const E = tokens.shape[1]!;
  const B = tokens.shape[0]! / T;
  const patches = ir.slice(ir.reshape(tokens, [B, T, E]), 1, T - rows * cols, T);
  return { value: ir.reshape(patches, [B * rows * cols, E]), rows, cols };
}

/** Bilinear interpolation without aligned corners, as PyTorch's `interpolate` computes it. */
export function resizeMap(map: FeatureMap, { rows, cols }: GridSize): FeatureMap {
  return resample(map, bilinearMatrix(map.rows, rows), bilinearMatrix(map.cols, cols));
}

/** Averages over a `scale` x `scale` grid of cells, as PyTorch's `AdaptiveAvgPool2d`. */
export function poolMap(map: FeatureMap, scale: number): FeatureMap {
  return resample(map, averagingMatrix(map.rows, scale), averagingMatrix(map.cols, scale));
}

/** The largest of each 2 x 2 cells per channel; an odd last row or column is left out. */
export function maxPoolMap(map: FeatureMap): FeatureMap {
  const C = map.value.shape[1]!;
  const [rows, cols] = [Math.floor(map.rows / 2), Math.floor(map.cols / 2)];
  const B = imagesOf(map);
  const grid = ir.reshape(map.value, [B, map.rows, map.cols, C]);
  const whole = ir.sliceAll(grid, [0, 0, 0, 0], [B, 2 * rows, 2 * cols, C]);
  const cells = ir.reshape(whole, [B * rows, 2, cols, 2, C]);
  // Columns first: of equal values the first in reading order gets the gradient, as in PyTorch.
  const largest = ir.max(...halves(ir.max(...halves(cells, 3)), 1));
  return { value: ir.reshape(largest, [B * rows * cols, C]), rows, cols };
}

function halves(x: Node, axis: number): [Node, Node] {
  return [ir.slice(x, axis, 0, 1), ir.slice(x, axis, 1, 2)];
}

/** The kernel of a transposed convolution of 2 x 2 as a matrix. @param weight [in, out, 2, 2] */
export function upconvolution(weight: Node): Node {
  const [C, out] = weight.shape as [number, number];
  return ir.reshape(ir.transpose(weight, [2, 3, 1, 0]), [4 * out, C]);
}

/**
 * Transposed convolution with a kernel of 2 x 2 and stride 2: every cell becomes four.
 *
 * @param kernel of `upconvolution`
 * @param bias   [out]
 */
export function upconvolve2x2(map: FeatureMap, kernel: Node, bias: Node): FeatureMap {
  const { rows, cols } = map;
  const out = bias.shape[0]!;
  const B = imagesOf(map);
  const cells = ir.reshape(ir.linear(map.value, kernel), [B * rows, cols, 2, 2 * out]);
  const grid = ir.reshape(ir.transpose(cells, [0, 2, 1, 3]), [B * rows * 2 * cols * 2, out]);
  return { value: ir.add(grid, bias), rows: 2 * rows, cols: 2 * cols };
}

/** The number of images of a map. */
export function imagesOf({ value, rows, cols }: FeatureMap): number {
  return value.shape[0]! / (rows * cols);
}

/** Both axes through constant matrices, in the order with the smaller value in between. */
function resample(map: FeatureMap, down: ResizingMatrix, across: ResizingMatrix): FeatureMap {
  return across.to * down.from <= across.from * down.to
    ? alongRows(alongCols(map, across), down)
    : alongCols(alongRows(map, down), across);
}

function alongRows(map: FeatureMap, matrix: ResizingMatrix): FeatureMap {
  const B = imagesOf(map);
  const C = map.value.shape[1]!;
  const grids = ir.reshape(map.value, [B, map.rows, map.cols * C]);
  const value = ir.reshape(product(matrix, grids), [B * matrix.to * map.cols, C]);
  return { value, rows: matrix.to, cols: map.cols };
}

function alongCols(map: FeatureMap, matrix: ResizingMatrix): FeatureMap {
  const lines = map.value.shape[0]! / map.cols;
  const C = map.value.shape[1]!;
  const grids = ir.reshape(map.value, [lines, map.cols, C]);
  const value = ir.reshape(product(matrix, grids), [lines * matrix.to, C]);
  return { value, rows: map.rows, cols: matrix.to };
}

/** @param x [n, from, m] @returns [n, to, m] */
function product({ from, to, weights, same }: ResizingMatrix, x: Node): Node {
  return same ? x : constantProduct(weights, to, from, x);
}

/** @param weights [to, from] @param x [n, from, m] @returns [n, to, m] */
export function constantProduct(weights: Float32Array, to: number, from: number, x: Node): Node {
  const matrix = ir.constant(weights, [1, to, from]);
  return ir.matmul(ir.broadcast(matrix, [x.shape[0]!, to, from]), x);
}
