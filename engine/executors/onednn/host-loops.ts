/** Elementwise operations that no primitive computes, as loops on the host. */
import type { OpName } from '../../ir/types.ts';
import { errorFunction as erf } from '../../meaning/kernels.ts';
import type { Instruction } from '../../schedule/schedule.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import type { Lowering } from './lowering.ts';
import { collapse, forEachRow, type MemoryArray, type Tensor, withLayout } from './tensors.ts';

/** Operands by element; those that an operation does not have are those of the first. */
type Rule = (x: number, y: number, z: number) => number;

const RULES: { readonly [K in OpName]?: Rule } = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  erf: (x) => erf(x),
  relu: (x) => Math.max(0, x),
  // Typed arrays truncate and round by themselves.
  cast: (x) => x,
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  max: (x, y) => Math.max(x, y),
  min: (x, y) => Math.min(x, y),
  greater: (x, y) => (x > y ? 1 : 0),
  equal: (x, y) => (x === y ? 1 : 0),
  where: (x, y, z) => (x !== 0 ? y : z),
  gelu: (x) => x * 0.5 * (1 + erf(x * Math.SQRT1_2)),
  geluSlope: (x) => slopeOfGelu(x),
  geluGrad: (x, g) => g * slopeOfGelu(x),
};

const DENSITY = 1 / Math.sqrt(2 * Math.PI);

function slopeOfGelu(x: number): number {
  return 0.5 * (1 + erf(x * Math.SQRT1_2)) + x * DENSITY * Math.exp(-0.5 * x * x);
}

/** @param before the value of the instruction before */
export function lowerLoop(
  lowering: Lowering,
  { op, operands, shape, dtype }: Instruction,
  reads: readonly Tensor[],
  before: Tensor | undefined,
  target: Tensor,
): void {
  const rule = RULES[op];
  if (rule === undefined) throw new Error(`${op} is no elementwise operation`);
  const given = operands.map((operand): Tensor => {
    if ('read' in operand) return reads[operand.read]!;
    if ('value' in operand) return before!;
    return constant(operand.literal, shape);
  });
  const all = [target, ...given];
  const layouts = collapse(all);
  const [to, ...from] = all.map((one, i) => withLayout(one, layouts[i]!)) as [Tensor, ...Tensor[]];
  const [x, y = from[0]!, z = from[0]!] = from as [Tensor, Tensor?, Tensor?];
  const count = to.shape.at(-1)!;
  const steps = [to, x, y, z].map(({ strides }) => strides.at(-1)!) as [
    number,
    number,
    number,
    number,
  ];
  // Integers of a bool are 0 and 1.
  const final: Rule = op === 'cast' && dtype === 'bool' ? (value) => (value !== 0 ? 1 : 0) : rule;
  lowering.host({
    what: op,
    elements: elementCount(shape),
    run: () =>
      forEachRow([to, x, y, z], (...starts) =>
        runRow(final, count, [to.array, x.array, y.array, z.array], starts, steps),
      ),
  });
}

function runRow(
  rule: Rule,
  count: number,
  [to, x, y, z]: readonly [MemoryArray, MemoryArray, MemoryArray, MemoryArray],
  [a, b, c, d]: readonly number[],
  [stepA, stepB, stepC, stepD]: readonly [number, number, number, number],
): void {
  for (let i = 0; i < count; i++)
    to[a! + i * stepA] = rule(x[b! + i * stepB]!, y[c! + i * stepC]!, z[d! + i * stepD]!);
}

function constant(value: number, shape: readonly number[]): Tensor {
  return {
    dtype: 'f32',
    shape,
    strides: shape.map(() => 0),
    array: Float32Array.of(value),
    offset: 0,
    address: 0n,
  };
}
