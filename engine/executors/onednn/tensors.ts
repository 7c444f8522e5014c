/** Strided values in native memory, and their arrangement for primitives. */
import type { DType, Shape } from '../../ir/types.ts';
import { elementCount } from '../../tensor/host-tensor.ts';

/** A stride of 0 repeats along an axis. */
export interface Layout {
  readonly shape: Shape;
  /** elements */
  readonly strides: readonly number[];
}

/** Bits, for bfloat16. */
export type MemoryArray = WideArray | Uint16Array;
/** Of what programs take and give. */
export type WideArray = Float32Array | Int32Array | Uint8Array;

export interface Tensor extends Layout {
  readonly dtype: Exclude<DType, 'f16'>;
  /** the buffer that it lies in, and the position of its first element there */
  readonly array: MemoryArray;
  readonly offset: number;
  /** of the first element */
  readonly address: bigint;
}

/** The same elements in another shape. */
export function withLayout(tensor: Tensor, { shape, strides }: Layout): Tensor {
  return { ...tensor, shape, strides };
}

export function denseStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

export function isDenseLayout({ shape, strides }: Layout): boolean {
  const dense = denseStrides(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === dense[axis]);
}

/** Whether an axis is repeated. */
export function isRepeated({ shape, strides }: Layout): boolean {
  return shape.some((size, axis) => size > 1 && strides[axis] === 0);
}

/** The layout with axes of size 1 where elements are repeated, as descriptors of primitives want it. */
export function descriptorOf({ shape, strides }: Layout): Layout {
  const sizes = shape.map((size, axis) => (strides[axis] === 0 ? 1 : size));
  const found = [...strides];
  for (let axis = sizes.length - 1; axis >= 0; axis--)
    if (sizes[axis] === 1)
      found[axis] = axis + 1 === sizes.length ? 1 : found[axis + 1]! * sizes[axis + 1]!;
  return { shape: sizes, strides: found };
}

/**
 * Layouts of one shape with as few axes as possible, in the order of the first one's memory: axes of
 * one element are dropped, and axes that lie one in the other in all layouts are joined.
 */
export function collapse(layouts: readonly Layout[]): Layout[] {
  const { shape, strides } = layouts[0]!;
  const order = shape
    .map((_, axis) => axis)
    .filter((axis) => shape[axis] !== 1)
    .sort((a, b) => strides[b]! - strides[a]! || a - b);
  const groups: number[][] = [];
  for (const axis of order) {
    const last = groups.at(-1)?.at(-1);
    const joins =
      last !== undefined &&
      layouts.every((one) => one.strides[last] === one.strides[axis]! * shape[axis]!);
    if (joins) groups.at(-1)!.push(axis);
    else groups.push([axis]);
  }
  if (groups.length === 0) return layouts.map(() => ({ shape: [1], strides: [1] }));
  const sizes = groups.map((axes) => axes.reduce((count, axis) => count * shape[axis]!, 1));
  return layouts.map((one) => ({
    shape: sizes,
    strides: groups.map((axes) => one.strides[axes.at(-1)!]!),
  }));
}

/** Call `visit` with the position of the first element of each row: all axes but the last. */
export function forEachRow(
  layouts: readonly (Layout & { readonly offset: number })[],
  visit: (...starts: number[]) => void,
): void {
  const { shape } = layouts[0]!;
  const outer = shape.length - 1;
  const rows = elementCount(shape.slice(0, -1));
  const at = layouts.map(({ offset }) => offset);
  const position = new Array<number>(Math.max(0, outer)).fill(0);
  for (let row = 0; row < rows; row++) {
    visit(...at);
    for (let axis = outer - 1; axis >= 0; axis--) {
      position[axis]!++;
      layouts.forEach(({ strides }, i) => {
        at[i]! += strides[axis]!;
      });
      if (position[axis]! < shape[axis]!) break;
      layouts.forEach(({ strides }, i) => {
        at[i]! -= strides[axis]! * shape[axis]!;
      });
      position[axis] = 0;
    }
  }
}
