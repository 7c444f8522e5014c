/** Arithmetic of views: what movement ops do to shape, strides and offset, and the inverse. */
import { broadcastShapes, sameShape, stridesOf } from '../ir/shapes.ts';
import type { Node, Shape } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import type { View } from './schedule.ts';

export function denseView(buffer: number, shape: Shape): View {
  return { buffer, shape, strides: stridesOf(shape), offset: 0 };
}

/** Whether the elements lie row-major without gaps; strides of axes of one element do not matter. */
export function isDense({ shape, strides }: View): boolean {
  const dense = stridesOf(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === dense[axis]);
}

/** Whether two views have the same elements at the same positions. */
export function sameView(a: View, b: View): boolean {
  return (
    a.buffer === b.buffer && a.offset === b.offset && sameShape(a.shape, b.shape) && sameSteps(a, b)
  );
}

/** Whether two views of one shape, perhaps of two buffers, have the same strides. */
export function sameSteps(a: View, b: View): boolean {
  return a.shape.every((size, axis) => size === 1 || a.strides[axis] === b.strides[axis]);
}

/** Whether two views have the same elements in the same order, in whatever shapes, all without gaps. */
export function isSameValue(a: View, b: View): boolean {
  const places = [a, b].map(({ buffer, offset, shape }) => [buffer, offset, elementCount(shape)]);
  return String(places[0]) === String(places[1]) && isDense(a) && isDense(b);
}

/** The view in another shape; undefined where strides cannot express it. */
export function reshapeView(view: View, shape: Shape): View | undefined {
  const strides = reshapedStrides(view, shape);
  return strides === undefined ? undefined : { ...view, shape, strides };
}

/**
 * Axes of both shapes are matched in runs of equal numbers of elements; the old axes of each run
 * must be contiguous among themselves.
 */
function reshapedStrides({ shape, strides }: View, next: Shape): number[] | undefined {
  const old = shape.flatMap((size, axis) => (size === 1 ? [] : [{ size, stride: strides[axis]! }]));
  const found = new Array<number>(next.length).fill(0);
  let [from, to] = [0, 0];
  while (from < old.length && to < next.length) {
    let [oldEnd, newEnd] = [from + 1, to + 1];
    let [oldCount, newCount] = [old[from]!.size, next[to]!];
    while (oldCount !== newCount)
      if (oldCount < newCount) oldCount *= old[oldEnd++]!.size;
      else newCount *= next[newEnd++]!;
    for (let axis = from; axis + 1 < oldEnd; axis++)
      if (old[axis]!.stride !== old[axis + 1]!.size * old[axis + 1]!.stride) return undefined;
    let stride = old[oldEnd - 1]!.stride;
    for (let axis = newEnd - 1; axis >= to; axis--) {
      found[axis] = stride;
      stride *= next[axis]!;
    }
    [from, to] = [oldEnd, newEnd];
  }
  return found;
}

/** The view repeated to a shape that it broadcasts to. */
export function broadcastView(view: View, shape: Shape): View {
  if (!sameShape(broadcastShapes('broadcast', [view.shape, shape]), shape))
    throw new Error('a view cannot shrink');
  const lead = shape.length - view.shape.length;
  const strides = shape.map((size, axis) => {
    const own = view.shape[axis - lead];
    return own === undefined || (own === 1 && size !== 1) ? 0 : view.strides[axis - lead]!;
  });
  return { ...view, shape, strides };
}

/** A part of a view. */
export function sliceView(view: View, starts: readonly number[], shape: Shape): View {
  const offset = starts.reduce(
    (sum, start, axis) => sum + start * view.strides[axis]!,
    view.offset,
  );
  return { ...view, shape, offset };
}

/** The value of a movement op as a view of its operand; undefined where it has to be copied. */
export function viewThrough(node: Node, view: View): View | undefined {
  if (node.op === 'reshape') return reshapeView(view, node.shape);
  if (node.op === 'broadcast') return broadcastView(view, node.shape);
  if (node.op === 'slice') return sliceView(view, node.attrs.starts, node.shape);
  if (node.op !== 'transpose') return undefined;
  const strides = node.attrs.perm.map((axis) => view.strides[axis]!);
  return { ...view, shape: node.shape, strides };
}

/**
 * Where the operand of a movement op must lie so that the op's value is `view`; undefined for ops
 * that drop or repeat elements.
 */
export function viewBefore(node: Node, view: View): View | undefined {
  const { shape } = node.inputs[0]!;
  if (node.op === 'reshape') return reshapeView(view, shape);
  if (node.op !== 'transpose') return undefined;
  const strides = shape.map((_, axis) => view.strides[node.attrs.perm.indexOf(axis)]!);
  return { ...view, shape, strides };
}

/** Positions in a buffer, in row-major order of the view. */
export function* positionsOf({ shape, strides, offset }: View): Generator<number> {
  const count = elementCount(shape);
  const position = shape.map(() => 0);
  let at = offset;
  for (let flat = 0; flat < count; flat++) {
    yield at;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      position[axis]!++;
      if (position[axis]! < shape[axis]!) break;
      at -= strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
}
