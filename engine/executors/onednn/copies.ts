/** Copies between layouts, and fills. */
import { elementCount } from '../../tensor/host-tensor.ts';
import { isNarrow, NARROW_FLOATS } from '../../tensor/narrow-floats.ts';
import { ARG } from './constants.ts';
import { floatTypeOf, type Lowering } from './lowering.ts';
import {
  collapse,
  denseStrides,
  forEachRow,
  isDenseLayout,
  isRepeated,
  type Layout,
  type Tensor,
  withLayout,
} from './tensors.ts';

export function lowerCopy(lowering: Lowering, from: Tensor, to: Tensor): void {
  const [toLayout, fromLayout] = collapse([to, from]);
  const [target, source] = [withLayout(to, toLayout!), withLayout(from, fromLayout!)];
  const { primitives } = lowering;
  const primitive = isRepeated(source)
    ? undefined
    : primitives.find('reorder', [primitives.desc(source), primitives.desc(target)]);
  if (primitive !== undefined) {
    lowering.call(primitive, [
      [ARG.src, source],
      [ARG.dst, target],
    ]);
    return;
  }
  lowering.host({
    what: 'copy',
    elements: elementCount(to.shape),
    run: () => copyOnHost(source, target),
  });
}

export function copyOnHost(from: Tensor, to: Tensor): void {
  if (from.dtype !== to.dtype && (isNarrow(from.dtype) || isNarrow(to.dtype))) {
    convertOnHost(from, to);
    return;
  }
  const count = to.shape.at(-1)!;
  const [fromStep, toStep] = [from.strides.at(-1)!, to.strides.at(-1)!];
  if (isRowRepeated(from) && isDenseLayout(to)) {
    repeatRow(from, to);
    return;
  }
  forEachRow([to, from], (at, start) => {
    if (toStep === 1 && fromStep === 1)
      to.array.set(from.array.subarray(start, start! + count), at);
    else if (toStep === 1 && fromStep === 0) to.array.fill(from.array[start!]!, at, at! + count);
    else
      for (let i = 0; i < count; i++)
        to.array[at! + i * toStep] = from.array[start! + i * fromStep]!;
  });
}

/** Whether all rows of a matrix are one row. */
function isRowRepeated({ shape, strides }: Layout): boolean {
  return shape.length === 2 && shape[0]! > 1 && strides[0] === 0 && strides[1] === 1;
}

/** Write the row once, then twice as many rows at each turn. */
function repeatRow(from: Tensor, to: Tensor): void {
  const [rows, count] = to.shape as [number, number];
  const { array, offset } = to;
  array.set(from.array.subarray(from.offset, from.offset + count), offset);
  for (let done = 1; done < rows; done *= 2)
    array.copyWithin(offset + done * count, offset, offset + Math.min(done, rows - done) * count);
}

/** Between types of which one at least is stored as the bits of narrow numbers. */
function convertOnHost(from: Tensor, to: Tensor): void {
  const count = to.shape.at(-1)!;
  const [fromStep, toStep] = [from.strides.at(-1)!, to.strides.at(-1)!];
  const numberOf = isNarrow(from.dtype) ? NARROW_FLOATS[from.dtype].numberOf : Number;
  const storedAs = isNarrow(to.dtype) ? NARROW_FLOATS[to.dtype].bitsOf : Number;
  forEachRow([to, from], (at, start) => {
    for (let i = 0; i < count; i++)
      to.array[at! + i * toStep] = storedAs(numberOf(from.array[start! + i * fromStep]!));
  });
}

/** The values as float32: the tensor itself, or a copy for this step. */
export function widened(lowering: Lowering, tensor: Tensor): Tensor {
  if (!isNarrow(tensor.dtype)) return tensor;
  const shape = tensor.shape.map((size, axis) => (tensor.strides[axis] === 0 ? 1 : size));
  const copy = lowering.scratch(shape);
  lowerCopy(lowering, withLayout(tensor, { shape, strides: tensor.strides }), copy);
  const strides = copy.strides.map((stride, axis) => (tensor.strides[axis] === 0 ? 0 : stride));
  return { ...copy, shape: tensor.shape, strides };
}

export function lowerFill(lowering: Lowering, value: number, to: Tensor): void {
  const [layout] = collapse([to]);
  const target = withLayout(to, layout!);
  const count = target.shape.at(-1)!;
  const step = target.strides.at(-1)!;
  const { dtype } = target;
  const stored = isNarrow(dtype) ? NARROW_FLOATS[dtype].bitsOf(value) : value;
  lowering.host({
    what: 'fill',
    elements: elementCount(to.shape),
    run: () =>
      forEachRow([target], (at) => {
        if (step === 1) target.array.fill(stored, at, at! + count);
        else for (let i = 0; i < count; i++) target.array[at! + i * step] = stored;
      }),
  });
}

/** The same values in row-major order: the tensor itself, or a copy for this step. */
export function dense(lowering: Lowering, tensor: Tensor, layout: Layout = tensor): Tensor {
  const strides = denseStrides(layout.shape);
  const source = withLayout(tensor, layout);
  const isDense = layout.shape.every((size, i) => size === 1 || layout.strides[i] === strides[i]);
  if (isDense) return source;
  const copy = lowering.scratch(layout.shape, floatTypeOf(tensor));
  lowerCopy(lowering, source, copy);
  return copy;
}

/**
 * An operand whose elements lie row-major, apart from axes along which it is repeated: some primitives
 * read others wrong, as operands of what follows a product.
 */
export function contiguous(lowering: Lowering, tensor: Tensor): Tensor {
  const shape = tensor.shape.map((size, axis) => (tensor.strides[axis] === 0 ? 1 : size));
  const thin = { shape, strides: tensor.strides };
  if (isDenseLayout(thin)) return tensor;
  const copy = lowering.scratch(shape, floatTypeOf(tensor));
  lowerCopy(lowering, withLayout(tensor, thin), copy);
  const strides = copy.strides.map((stride, axis) => (tensor.strides[axis] === 0 ? 0 : stride));
  return { ...copy, shape: tensor.shape, strides };
}
