/** Operations of chains as loops on the host, where a platform has no fast primitive for them. */

import { errorFunction } from '../../meaning/kernels.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { BINARY, ELTWISE } from './constants.ts';
import type { Lowering } from './lowering.ts';
import type { PostOp } from './primitives.ts';
import type { MemoryArray, Tensor } from './tensors.ts';

type Rule = (x: number, alpha: number, beta: number) => number;

const RULES: Readonly<Record<keyof typeof ELTWISE, Rule>> = {
  relu: (x) => Math.max(0, x),
  square: (x) => x * x,
  abs: Math.abs,
  sqrt: Math.sqrt,
  linear: (x, alpha, beta) => alpha * x + beta,
  exp: Math.exp,
  log: Math.log,
  clip: (x, alpha, beta) => Math.min(beta, Math.max(alpha, x)),
  pow: (x, alpha, beta) => (beta === -1 ? alpha / x : alpha * x ** beta),
  gelu: (x) => 0.5 * x * (1 + errorFunction(x * Math.SQRT1_2)),
};

const BINARY_RULES: Readonly<Record<keyof typeof BINARY, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  max: Math.max,
  min: Math.min,
};

/** @param value and target lie row-major in float32 */
export function lowerEltwiseOnHost(
  lowering: Lowering,
  { op, alpha, beta }: Extract<PostOp, { kind: 'eltwise' }>,
  value: Tensor,
  target: Tensor,
): void {
  const what = nameIn(ELTWISE, op);
  const rule = RULES[what];
  const elements = elementCount(target.shape);
  const [from, to] = [elementsOf(value, elements), elementsOf(target, elements)];
  const run = () => {
    for (let i = 0; i < elements; i++) to[i] = rule(from[i]!, alpha, beta);
  };
  lowering.host({ what, elements, run });
}

/** @param value operand and target lie row-major in float32 */
export function lowerBinaryOnHost(
  lowering: Lowering,
  { op, operand }: Extract<PostOp, { kind: 'binary' }>,
  value: Tensor,
  target: Tensor,
): void {
  const what = nameIn(BINARY, op);
  const rule = BINARY_RULES[what];
  const elements = elementCount(target.shape);
  const [x, y] = [elementsOf(value, elements), elementsOf(operand, elements)];
  const to = elementsOf(target, elements);
  const run = () => {
    for (let i = 0; i < elements; i++) to[i] = rule(x[i]!, y[i]!);
  };
  lowering.host({ what, elements, run });
}

function nameIn<K extends string>(numbers: Readonly<Record<K, number>>, op: number): K {
  return (Object.keys(numbers) as K[]).find((name) => numbers[name] === op)!;
}

function elementsOf({ array, offset }: Tensor, count: number): MemoryArray {
  return array.subarray(offset, offset + count);
}
