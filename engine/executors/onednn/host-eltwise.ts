/** Functions of chains as loops on the host, where a platform has no fast primitive for them. */

import { errorFunction } from '../../meaning/kernels.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { ELTWISE } from './constants.ts';
import type { Lowering } from './lowering.ts';
import type { PostOp } from './primitives.ts';
import type { Tensor } from './tensors.ts';

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

/** @param value and target lie row-major in float32 */
export function lowerEltwiseOnHost(
  lowering: Lowering,
  { op, alpha, beta }: Extract<PostOp, { kind: 'eltwise' }>,
  value: Tensor,
  target: Tensor,
): void {
  const name = (Object.keys(RULES) as (keyof typeof ELTWISE)[]).find((one) => ELTWISE[one] === op)!;
  const rule = RULES[name];
  const elements = elementCount(target.shape);
  const from = value.array.subarray(value.offset, value.offset + elements);
  const to = target.array.subarray(target.offset, target.offset + elements);
  lowering.host({
    what: name,
    elements,
    run() {
      for (let i = 0; i < elements; i++) to[i] = rule(from[i]!, alpha, beta);
    },
  });
}
