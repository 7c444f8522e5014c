/** Sums and maxima along axes. Sums are products with ones, which are faster than reductions. */
import type { ComputeStep } from '../../schedule/schedule.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { ARG, REDUCTION_MAX } from './constants.ts';
import { dense } from './copies.ts';
import type { Lowering } from './lowering.ts';
import { lowerPlain } from './products.ts';
import {
  collapse,
  denseStrides,
  forEachRow,
  type Layout,
  type Tensor,
  withLayout,
} from './tensors.ts';

/** Longer sums are computed in parts, since each adds in float32 from first to last. */
const LONGEST_SUM = 8192;

export function lowerSum(lowering: Lowering, { reads, body, writes }: ComputeStep): void {
  const { axes } = body[0]!.attrs as { axes: readonly number[] };
  const x = lowering.tensorOf(reads[0]!);
  const target = lowering.tensorOf(writes[0]!.view);
  sumInto(lowering, x, axes, target);
}

/** @param target row-major, with or without the axes that are summed */
export function sumInto(
  lowering: Lowering,
  x: Tensor,
  axes: readonly number[],
  target: Tensor,
): void {
  const [kept, summed] = splitAxes(x, axes);
  const place = withLayout(target, { shape: kept.shape, strides: denseStrides(kept.shape) });
  const [keptTarget, keptLayout] = collapse([place, kept]) as [Layout, Layout];
  const parts = collapse([summed])[0]!;
  sumParts(lowering, x, keptLayout, parts, withLayout(target, keptTarget));
}

/** The axes that stay, and those that are summed. */
function splitAxes({ shape, strides }: Layout, axes: readonly number[]): [Layout, Layout] {
  const pick = (wanted: boolean): Layout => {
    const chosen = shape.map((_, axis) => axis).filter((axis) => axes.includes(axis) === wanted);
    return {
      shape: chosen.map((axis) => shape[axis]!),
      strides: chosen.map((axis) => strides[axis]!),
    };
  };
  return [pick(false), pick(true)];
}

/** @param kept axes in the order of the target, which is row-major @param summed at least one axis */
function sumParts(
  lowering: Lowering,
  x: Tensor,
  kept: Layout,
  summed: Layout,
  target: Tensor,
): void {
  const length = summed.shape.at(-1)!;
  const step = summed.strides.at(-1)!;
  const outer = {
    shape: [...kept.shape, ...summed.shape.slice(0, -1)],
    strides: [...kept.strides, ...summed.strides.slice(0, -1)],
  };
  if (summed.shape.length > 1 || length > LONGEST_SUM) {
    const pieces = length > LONGEST_SUM ? partsOf(length) : 1;
    if (pieces === undefined) {
      sumOnHost(lowering, x, kept, summed, target);
      return;
    }
    const shape = [...outer.shape, ...(pieces === 1 ? [] : [pieces])];
    const strides = [...outer.strides, ...(pieces === 1 ? [] : [step * (length / pieces)])];
    const middle = lowering.scratch(shape);
    const single = { shape: [length / pieces], strides: [step] };
    sumParts(lowering, x, { shape, strides }, single, middle);
    const [first, second] = splitAxes(
      middle,
      shape.map((_, axis) => axis).filter((axis) => axis >= kept.shape.length),
    );
    sumParts(lowering, middle, first, collapse([second])[0]!, target);
    return;
  }
  const source = withLayout(x, {
    shape: [...kept.shape, length],
    strides: [...kept.strides, step],
  });
  multiplyOnes(lowering, source, target);
}

/** The number of equal parts of a long sum; undefined where none divides it well. */
function partsOf(length: number): number | undefined {
  for (let parts = Math.ceil(length / LONGEST_SUM); parts <= length / 64; parts++)
    if (length % parts === 0) return parts;
  return undefined;
}

/** Sum the last axis of `x`. */
function multiplyOnes(lowering: Lowering, x: Tensor, target: Tensor): void {
  const length = x.shape.at(-1)!;
  const ones = lowering.ones(length);
  const lead = x.shape.slice(0, -1);
  const rows = lead.at(-1)!;
  const batch = lead.slice(0, -1);
  const repeated = batch.map(() => 0);
  // Whichever axis lies contiguous is the inner one of its operand.
  if (x.strides.at(-1) === 1 || rows === 1)
    lowerPlain(lowering, {
      a: x,
      b: withLayout(ones, { shape: [...batch, length, 1], strides: [...repeated, 1, 1] }),
      target: withLayout(target, { shape: [...lead, 1], strides: [...target.strides, 1] }),
    });
  else {
    const swapped = withLayout(x, {
      shape: [...batch, length, rows],
      strides: [...x.strides.slice(0, -2), x.strides.at(-1)!, x.strides.at(-2)!],
    });
    lowerPlain(lowering, {
      a: withLayout(ones, { shape: [...batch, 1, length], strides: [...repeated, length, 1] }),
      b: swapped,
      target: withLayout(target, {
        shape: [...batch, 1, rows],
        strides: [...target.strides.slice(0, -1), rows, target.strides.at(-1)!],
      }),
    });
  }
}

function sumOnHost(
  lowering: Lowering,
  x: Tensor,
  kept: Layout,
  summed: Layout,
  target: Tensor,
): void {
  const places = { ...target, offset: target.offset };
  const starts = withLayout(x, kept);
  lowering.host({
    what: 'sum',
    elements: elementCount(kept.shape) * elementCount(summed.shape),
    run() {
      const inner = kept.shape.at(-1)!;
      forEachRow([places, starts], (at, from) => {
        for (let i = 0; i < inner; i++) {
          let sum = 0;
          const start = { ...summed, offset: from! + i * starts.strides.at(-1)! };
          const count = summed.shape.at(-1)!;
          const step = summed.strides.at(-1)!;
          forEachRow([start], (first) => {
            for (let k = 0; k < count; k++) sum += x.array[first! + k * step]!;
          });
          target.array[at! + i * places.strides.at(-1)!] = sum;
        }
      });
    },
  });
}

/** Σx² in double precision. */
export function lowerSumSquares(lowering: Lowering, { reads, writes }: ComputeStep): void {
  const source = lowering.tensorOf(reads[0]!);
  const x = dense(lowering, source, collapse([source])[0]!);
  const target = lowering.tensorOf(writes[0]!.view);
  const count = elementCount(x.shape);
  const numbers = x.array.subarray(x.offset, x.offset + count);
  const { squareSums } = lowering;
  const isReached = numbers instanceof Float32Array && squareSums?.reaches(numbers);
  const sum = isReached ? () => squareSums!.of(numbers) : () => sumSquares(numbers);
  lowering.host({
    what: 'sumSquares',
    elements: count,
    run() {
      target.array[target.offset] = sum();
    },
  });
}

/** Four sums at a time, so that additions do not wait for each other. */
function sumSquares(x: ArrayLike<number>): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = x.length - (x.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += x[i]! * x[i]!;
    b += x[i + 1]! * x[i + 1]!;
    c += x[i + 2]! * x[i + 2]!;
    d += x[i + 3]! * x[i + 3]!;
  }
  for (let i = whole; i < x.length; i++) a += x[i]! * x[i]!;
  return a + b + (c + d);
}

/** @returns false where there is no fast primitive */
export function lowerMax(lowering: Lowering, { reads, body, writes }: ComputeStep): boolean {
  const { axes } = body[0]!.attrs as { axes: readonly number[] };
  const x = lowering.tensorOf(reads[0]!);
  const target = lowering.tensorOf(writes[0]!.view);
  const [kept, summed] = splitAxes(x, axes);
  const source = dense(lowering, x, {
    shape: [...kept.shape, ...summed.shape],
    strides: [...kept.strides, ...summed.strides],
  });
  const [rows, length] = [elementCount(kept.shape), elementCount(summed.shape)];
  const matrix = withLayout(source, { shape: [rows, length], strides: [length, 1] });
  const column = withLayout(target, { shape: [rows, 1], strides: [1, 1] });
  const { primitives } = lowering;
  const descs = [primitives.desc(matrix), primitives.desc(column)];
  const primitive = primitives.find('reduction', [REDUCTION_MAX, ...descs, 0, 0]);
  if (primitive === undefined) return false;
  lowering.call(primitive, [
    [ARG.src, matrix],
    [ARG.dst, column],
  ]);
  return true;
}
