/** The elementwise instructions of a step as one chain: a first value, and operations on it. */
import type { Node, OpName } from '../../ir/types.ts';
import type { Instruction, Operand } from '../../schedule/schedule.ts';
import { BINARY, ELTWISE } from './constants.ts';
import type { PostOp } from './primitives.ts';
import type { Tensor } from './tensors.ts';

type Eltwise = Extract<PostOp, { kind: 'eltwise' }>;

const eltwise = (op: number, alpha = 0, beta = 0): Eltwise => ({
  kind: 'eltwise',
  op,
  alpha,
  beta,
});
const affine = (factor: number, term: number) => eltwise(ELTWISE.linear, factor, term);
const LARGEST = 3.4028234663852886e38;

const UNARY: { readonly [K in OpName]?: readonly Eltwise[] } = {
  neg: [affine(-1, 0)],
  abs: [eltwise(ELTWISE.abs)],
  exp: [eltwise(ELTWISE.exp)],
  log: [eltwise(ELTWISE.log)],
  sqrt: [eltwise(ELTWISE.sqrt)],
  relu: [eltwise(ELTWISE.relu)],
  cast: [],
  gelu: [eltwise(ELTWISE.gelu)],
  // The smallest number becomes more than one, and zero stays.
  sign: [affine(1e30, 0), affine(1e30, 0), eltwise(ELTWISE.clip, -1, 1)],
};

interface BinaryRule {
  readonly op: number;
  /** on a value and a number, in either order */
  withNumber(number: number, isFirst: boolean): Eltwise;
  /** what makes `op(value, x)` of `op(x, value)`: done to the value before an operation with x */
  readonly turned: { readonly before?: Eltwise; readonly op: number };
}

const RULES: { readonly [K in OpName]?: BinaryRule } = {
  add: {
    op: BINARY.add,
    withNumber: (number) => affine(1, number),
    turned: { op: BINARY.add },
  },
  sub: {
    op: BINARY.sub,
    withNumber: (number, isFirst) => (isFirst ? affine(-1, number) : affine(1, -number)),
    turned: { before: affine(-1, 0), op: BINARY.add },
  },
  mul: {
    op: BINARY.mul,
    withNumber: (number) => affine(number, 0),
    turned: { op: BINARY.mul },
  },
  div: {
    op: BINARY.div,
    withNumber: (number, isFirst) =>
      isFirst ? eltwise(ELTWISE.pow, number, -1) : affine(1 / number, 0),
    turned: { before: eltwise(ELTWISE.pow, 1, -1), op: BINARY.mul },
  },
  max: {
    op: BINARY.max,
    withNumber: (number) => eltwise(ELTWISE.clip, number, LARGEST),
    turned: { op: BINARY.max },
  },
  min: {
    op: BINARY.min,
    withNumber: (number) => eltwise(ELTWISE.clip, -LARGEST, number),
    turned: { op: BINARY.min },
  },
};

/** Whether a node can be an operation of a chain. */
export function isChained({ op, dtype, inputs }: Node): boolean {
  const types = [dtype, ...inputs.map((one) => one.dtype)];
  return (op in UNARY || op in RULES) && types.every(isFloat);
}

/** Chains are computed in float32, and rounded where they are stored. */
const isFloat = (dtype: string) => dtype === 'f32' || dtype === 'bf16';

export interface Chain {
  readonly start: Tensor;
  readonly ops: readonly PostOp[];
}

/**
 * @param body of which each instruction but the first has the value before as an operand
 * @param read the operand with this number
 * @param start the value before the first instruction, where there is one
 * @returns undefined where the first instruction has no value to begin with
 */
export function chainOf(
  body: readonly Instruction[],
  read: (position: number) => Tensor,
  start?: Tensor,
): Chain | undefined {
  const ops: PostOp[] = [];
  let first = start;
  for (const { op, operands } of body) {
    const unary = UNARY[op];
    if (unary !== undefined) {
      first ??= tensorOf(operands[0]!, read);
      if (first === undefined) return undefined;
      ops.push(...unary);
      continue;
    }
    const rule = RULES[op];
    if (rule === undefined) return undefined;
    const [a, b] = operands as readonly [Operand, Operand];
    const both = [a, b].map((operand) => tensorOf(operand, read));
    let isFirst: boolean;
    if (first === undefined) {
      // The operand that is there for every element.
      isFirst = both[0] !== undefined && (both[1] === undefined || !isThin(both[0]));
      first = isFirst ? both[0] : both[1];
      if (first === undefined) return undefined;
    } else isFirst = 'value' in a;
    const [other, otherTensor] = isFirst ? [b, both[1]] : [a, both[0]];
    if ('value' in other) {
      if (op !== 'mul') return undefined;
      ops.push(eltwise(ELTWISE.square));
      continue;
    }
    if ('literal' in other) ops.push(rule.withNumber(other.literal, !isFirst));
    else if (isFirst) ops.push({ kind: 'binary', op: rule.op, operand: otherTensor! });
    else {
      if (rule.turned.before) ops.push(rule.turned.before);
      ops.push({ kind: 'binary', op: rule.turned.op, operand: otherTensor! });
    }
  }
  return first === undefined ? undefined : { start: first, ops };
}

function isThin({ shape, strides }: Tensor): boolean {
  return shape.some((size, axis) => size > 1 && strides[axis] === 0);
}

function tensorOf(operand: Operand, read: (position: number) => Tensor): Tensor | undefined {
  return 'read' in operand ? read(operand.read) : undefined;
}
