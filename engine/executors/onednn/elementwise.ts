/** Elementwise steps: chains of binary primitives with what follows, or loops on the host. */
import type { ComputeStep, Instruction } from '../../schedule/schedule.ts';
import { isNarrow } from '../../tensor/narrow-floats.ts';
import { type Chain, chainOf } from './chains.ts';
import { ARG, BINARY, ELTWISE, PROP } from './constants.ts';
import { contiguous, lowerCopy, widened } from './copies.ts';
import { lowerBinaryOnHost, lowerEltwiseOnHost } from './host-eltwise.ts';
import { lowerLoop } from './host-loops.ts';
import { type Lowering, overlap } from './lowering.ts';
import { MOST_POST_OPS, type PostOp, type Primitive } from './primitives.ts';
import {
  collapse,
  isDenseLayout,
  isRepeated,
  type Layout,
  type Tensor,
  withLayout,
} from './tensors.ts';

export function lowerElementwise(lowering: Lowering, step: ComputeStep): void {
  const [write] = step.writes;
  const target = lowering.tensorOf(write!.view);
  const reads = step.reads.map((view) => lowering.tensorOf(view));
  if (step.body.length === 1 && step.body[0]!.op === 'geluGrad') {
    if (lowerGeluGrad(lowering, reads, target)) return;
  }
  lowerBody(lowering, step.body, reads, target);
}

/** @param start the value before the first instruction, which names it as another instruction's */
export function lowerBody(
  lowering: Lowering,
  body: readonly Instruction[],
  reads: readonly Tensor[],
  target: Tensor,
  start?: Tensor,
): void {
  const isFloat = [target, ...reads].every(({ dtype }) => dtype === 'f32' || dtype === 'bf16');
  const chain = isFloat ? chainOf(body, (at) => reads[at]!, start) : undefined;
  if (chain !== undefined) {
    lowerMixedChain(lowering, chain, target);
    return;
  }
  const wide = reads.map((read) => widened(lowering, read));
  let value = start && widened(lowering, start);
  body.forEach((instruction, i) => {
    const isLast = i === body.length - 1 && !isNarrow(target.dtype);
    const into = isLast ? target : lowering.scratch(instruction.shape);
    lowerLoop(lowering, instruction, wide, value, into);
    value = into;
  });
  if (isNarrow(target.dtype)) lowerCopy(lowering, value!, target);
}

/** Chains with bfloat16 are one primitive of it, or computed in float32. */
function lowerMixedChain(lowering: Lowering, chain: Chain, target: Tensor): void {
  const { start, ops } = chain;
  const operands = ops.flatMap((op) => (op.kind === 'binary' ? [op.operand] : []));
  if (![target, start, ...operands].some(({ dtype }) => isNarrow(dtype))) {
    lowerChain(lowering, chain, target);
    return;
  }
  if (ops.length === 0) {
    lowerCopy(lowering, start, target);
    return;
  }
  if (lowerNarrowChain(lowering, chain, operands, target)) return;
  const wide = {
    start: widened(lowering, start),
    ops: ops.map(
      (op): PostOp =>
        op.kind === 'binary' ? { ...op, operand: widened(lowering, op.operand) } : op,
    ),
  };
  const place = isNarrow(target.dtype) ? lowering.scratch(target.shape) : target;
  lowerChain(lowering, wide, place);
  if (place !== target) lowerCopy(lowering, place, target);
}

/** @returns false where no single primitive computes it, and nothing was done */
function lowerNarrowChain(
  lowering: Lowering,
  { start, ops }: Chain,
  operands: readonly Tensor[],
  target: Tensor,
): boolean {
  const all = [target, start, ...operands];
  const layouts = collapse(all);
  const isOne = all.every(({ dtype }) => isNarrow(dtype)) && layouts.every(isDenseLayout);
  if (!isOne || operands.some((operand) => overlap(operand, target))) return false;
  const [own, value, ...others] = all.map((one, i) => withLayout(one, layouts[i]!)) as [
    Tensor,
    Tensor,
    ...Tensor[],
  ];
  let at = 0;
  const arranged = ops.map(
    (op): PostOp => (op.kind === 'binary' ? { ...op, operand: others[at++]! } : op),
  );
  const found = findPrimitive(lowering, value, arranged, own);
  if (found === undefined) return false;
  lowering.call(found.primitive, found.args, found.postOps);
  return true;
}

/** All operands and the target in as few axes as possible, the target in row-major order. */
function arrange(lowering: Lowering, { start, ops }: Chain, target: Tensor) {
  const operands = ops.flatMap((op) => (op.kind === 'binary' ? [op.operand] : []));
  const layouts = collapse([target, start, ...operands]);
  const [own, first, ...others] = layouts as [Layout, Layout, ...Layout[]];
  const shape = own.shape;
  const isDense = isDenseLayout(own);
  const later = ops.slice(1).flatMap((op) => (op.kind === 'binary' ? [op.operand] : []));
  // The next operations may read what the first one would overwrite.
  const isSafe = !later.some((operand) => overlap(operand, target));
  const into = isDense && (isSafe || ops.length === 1) ? withLayout(target, own) : undefined;
  const place = into ?? lowering.scratch(shape);
  let begin = withLayout(start, first);
  if (isRepeated(begin) || !isDenseLayout(begin)) {
    const copy = into !== undefined && !overlap(start, target) ? place : lowering.scratch(shape);
    lowerCopy(lowering, begin, copy);
    begin = copy;
  }
  let at = 0;
  const arranged = ops.map((op): PostOp => {
    if (op.kind === 'eltwise') return op;
    return { ...op, operand: contiguous(lowering, withLayout(op.operand, others[at++]!)) };
  });
  return {
    begin,
    ops: arranged,
    place,
    own: withLayout(target, own),
    isPlaced: into !== undefined,
  };
}

/** Operations on a value. */
export function lowerChain(lowering: Lowering, chain: Chain, target: Tensor): void {
  const { begin, ops, place, own, isPlaced } = arrange(lowering, chain, target);
  if (ops.length === 0) lowerCopy(lowering, begin, place);
  let value = begin;
  let done = 0;
  while (done < ops.length) {
    let count = Math.min(ops.length - done, MOST_POST_OPS);
    let found: Found | undefined;
    while (count > 0) {
      found = findPrimitive(lowering, value, ops.slice(done, done + count), place);
      if (found !== undefined) break;
      count--;
    }
    if (found !== undefined) {
      lowering.call(found.primitive, found.args, found.postOps);
      done += count;
    } else {
      lowerExpanded(lowering, value, ops[done]!, place);
      done++;
    }
    value = place;
  }
  if (!isPlaced) lowerCopy(lowering, place, own);
}

interface Found {
  readonly primitive: Primitive;
  readonly args: (readonly [number, Tensor])[];
  readonly postOps: readonly PostOp[];
}

/** A primitive that computes all of `ops` on a value of the target's layout. */
function findPrimitive(
  lowering: Lowering,
  value: Tensor,
  ops: readonly PostOp[],
  target: Tensor,
): Found | undefined {
  const { primitives } = lowering;
  const [first, ...rest] = ops as [PostOp, ...PostOp[]];
  const desc = primitives.desc(target);
  if (first.kind === 'eltwise' && rest.length === 0) {
    const { op, alpha, beta } = first;
    const primitive = primitives.find('eltwise', [PROP.inference, op, desc, desc, alpha, beta]);
    const args: Found['args'] = [
      [ARG.src, value],
      [ARG.dst, target],
    ];
    return primitive && { primitive, args, postOps: [] };
  }
  // A chain that begins with a function begins with a product with one, which changes nothing.
  const one = lowering.ones(1);
  const operand =
    first.kind === 'binary'
      ? first.operand
      : { ...one, shape: target.shape, strides: target.shape.map(() => 0) };
  const postOps = first.kind === 'binary' ? rest : ops;
  const op = first.kind === 'binary' ? first.op : BINARY.mul;
  const primitive = primitives.find('binary', [op, desc, primitives.desc(operand), desc], postOps);
  const args: Found['args'] = [
    [ARG.src, value],
    [ARG.src1, operand],
    [ARG.dst, target],
  ];
  return primitive && { primitive, args, postOps };
}

/**
 * An operation that no primitive takes: an operand that is repeated is written out, and what has no
 * primitive then is computed on the host, as functions are.
 */
function lowerExpanded(lowering: Lowering, value: Tensor, op: PostOp, target: Tensor): void {
  if (op.kind === 'eltwise') {
    lowerEltwiseOnHost(lowering, op, value, target);
    return;
  }
  const expanded = { ...op, operand: expand(lowering, op.operand) };
  const found = findPrimitive(lowering, value, [expanded], target);
  if (found === undefined) lowerBinaryOnHost(lowering, expanded, value, target);
  else lowering.call(found.primitive, found.args, found.postOps);
}

function expand(lowering: Lowering, tensor: Tensor): Tensor {
  const copy = lowering.scratch(tensor.shape);
  lowerCopy(lowering, tensor, copy);
  return copy;
}

/** The cotangent of x for GELU. @returns false where there is no fast primitive */
function lowerGeluGrad(lowering: Lowering, reads: readonly Tensor[], target: Tensor): boolean {
  if (callGeluGrad(lowering, reads, target)) return true;
  const all = [target, ...reads];
  if (!all.some(({ dtype }) => isNarrow(dtype)) || !all.every(isDenseLayout)) return false;
  const place = isNarrow(target.dtype) ? lowering.scratch(target.shape) : target;
  const wide = reads.map((read) => widened(lowering, read));
  if (!callGeluGrad(lowering, wide, place)) return false;
  if (place !== target) lowerCopy(lowering, place, target);
  return true;
}

/** One primitive for operands of one type. */
function callGeluGrad(lowering: Lowering, [x, g]: readonly Tensor[], target: Tensor): boolean {
  const layouts = collapse([target, x!, g!]);
  const isOne = [x, g].every((one) => one!.dtype === target.dtype);
  if (!isOne || !layouts.every(isDenseLayout)) return false;
  const [out, value, cotangent] = [target, x!, g!].map((one, i) => withLayout(one, layouts[i]!));
  const { primitives } = lowering;
  const desc = primitives.desc(value!);
  const { gelu } = ELTWISE;
  const forward = primitives.find('eltwise', [PROP.training, gelu, desc, desc, 0, 0]);
  const primitive =
    forward && primitives.find('eltwiseBackward', [gelu, desc, desc, desc, 0, 0, forward.desc]);
  if (primitive === undefined) return false;
  lowering.call(primitive, [
    [ARG.src, value!],
    [ARG.diffDst, cotangent!],
    [ARG.diffSrc, out!],
  ]);
  return true;
}
