/** Matrix products with the elementwise operations that follow them. */
import type { ComputeStep, Instruction } from '../../schedule/schedule.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { isNarrow } from '../../tensor/narrow-floats.ts';
import { chainOf } from './chains.ts';
import { ARG, ELTWISE } from './constants.ts';
import { contiguous, dense, lowerCopy, widened } from './copies.ts';
import { lowerBody } from './elementwise.ts';
import { floatTypeOf, type Lowering, overlap } from './lowering.ts';
import { MOST_POST_OPS, type PostOp } from './primitives.ts';
import { collapse, isDenseLayout, type Layout, type Tensor, withLayout } from './tensors.ts';

export interface Product {
  /** [.., M, K] */
  readonly a: Tensor;
  /** [.., K, N] */
  readonly b: Tensor;
  /** [N] */
  readonly bias?: Tensor | undefined;
  /** [.., M, N] */
  readonly target: Tensor;
  readonly alpha?: number;
}

export function lowerProduct(lowering: Lowering, step: ComputeStep): void {
  const [head, ...rest] = step.body as readonly [Instruction, ...Instruction[]];
  const [write] = step.writes;
  const target = lowering.tensorOf(write!.view);
  const reads = step.reads.map((view) => lowering.tensorOf(view));
  const operands = head.operands.map((operand) => reads[(operand as { read: number }).read]!);
  const product = { ...productOf(head, operands), target };
  const chain = chainOf(rest, (at) => reads[at]!, target);
  const isShort = chain !== undefined && chain.ops.length < MOST_POST_OPS;
  if (isShort && multiply(lowering, product, chain.ops)) return;
  // The chain is computed in the target's memory, unless it reads what lies there.
  const isSafe = !reads.some((read) => overlap(read, target));
  const middle =
    rest.length === 0 || isSafe ? target : lowering.scratch(target.shape, floatTypeOf(target));
  lowerPlain(lowering, { ...product, target: middle });
  if (rest.length > 0) lowerBody(lowering, rest, reads, target, middle);
}

function productOf(
  { op, attrs }: Instruction,
  [a, b, bias]: readonly Tensor[],
): Omit<Product, 'target'> {
  if (op === 'linear') return { a: a!, b: turned(b!), bias };
  const { transA, transB, alpha } = attrs as Instruction<'matmul'>['attrs'];
  return { a: transA ? turned(a!) : a!, b: transB ? turned(b!) : b!, alpha };
}

/** The last two axes exchanged. */
export function turned(tensor: Tensor): Tensor {
  const turn = (numbers: readonly number[]) => [
    ...numbers.slice(0, -2),
    numbers.at(-1)!,
    numbers.at(-2)!,
  ];
  return withLayout(tensor, { shape: turn(tensor.shape), strides: turn(tensor.strides) });
}

/** A product without what follows: of copies where a primitive does not take the layouts. */
export function lowerPlain(lowering: Lowering, product: Product): void {
  if (multiply(lowering, product, [])) return;
  const { a, b, bias, target } = product;
  const isPlace = isDenseLayout(target);
  const place = isPlace ? target : lowering.scratch(target.shape, floatTypeOf(target));
  const copied = { ...product, a: dense(lowering, a), b: dense(lowering, b), target: place };
  if (!multiply(lowering, copied, [])) {
    if ([a, b, target].some(({ dtype }) => isNarrow(dtype))) {
      // Where there is no fast product of narrow operands, there may be one of wide ones.
      const wide = lowering.scratch(target.shape);
      lowerPlain(lowering, {
        ...product,
        a: widened(lowering, a),
        b: widened(lowering, b),
        bias: bias && widened(lowering, bias),
        target: wide,
      });
      lowerCopy(lowering, wide, target);
      return;
    }
    multiplyOnHost(lowering, copied);
  }
  if (place !== target) lowerCopy(lowering, place, target);
}

/** @returns false where there is no fast primitive, and nothing was done */
export function multiply(
  lowering: Lowering,
  { a, b, bias, target, alpha = 1 }: Product,
  following: readonly PostOp[],
): boolean {
  const scaled: PostOp[] =
    alpha === 1 ? [] : [{ kind: 'eltwise', op: ELTWISE.linear, alpha, beta: 0 }];
  const ops = [...scaled, ...following];
  const operands = ops.flatMap((op) => (op.kind === 'binary' ? [op.operand] : []));
  const all = [target, a, b, ...operands];
  const batches = joinBatches(all);
  const [c, left, right, ...others] = all.map((tensor, i) => withLayout(tensor, batches[i]!)) as [
    Tensor,
    Tensor,
    Tensor,
    ...Tensor[],
  ];
  let at = 0;
  const postOps = ops.map(
    (op): PostOp =>
      op.kind === 'binary' ? { ...op, operand: contiguous(lowering, others[at++]!) } : op,
  );
  const wide =
    bias &&
    withLayout(bias, {
      shape: [...c.shape.slice(0, -1).map(() => 1), c.shape.at(-1)!],
      strides: [...c.shape.slice(0, -1).map(() => c.shape.at(-1)!), bias.strides[0]!],
    });
  const { primitives } = lowering;
  const primitive = primitives.find(
    'matmul',
    [
      primitives.desc(left),
      primitives.desc(right),
      wide === undefined ? null : primitives.desc(wide),
      primitives.desc(c),
    ],
    postOps,
    isOfSmall(left, right) || isTall(left, right),
  );
  if (primitive === undefined) return false;
  lowering.call(
    primitive,
    [
      [ARG.src, left],
      [ARG.weights, right],
      [ARG.dst, c],
      ...(wide === undefined ? [] : [[ARG.bias, wide] as const]),
    ],
    postOps,
  );
  return true;
}

/**
 * Whether a product is many small ones, as of attention, of which the first operands lie in rows. With those
 * that lie in columns the other implementation is the faster one, as it is with large products.
 */
function isOfSmall(a: Tensor, b: Tensor): boolean {
  const [M, K] = a.shape.slice(-2) as [number, number];
  const isSmall = [M, K, b.shape.at(-1)!].every((size) => size >= 32 && size <= 256);
  return a.shape.length > 2 && isSmall && a.strides.at(-1) === 1;
}

/** Whether a product of a first operand in columns is tall and narrow, as the gradient of a wide layer's weights. */
function isTall(a: Tensor, b: Tensor): boolean {
  const rows = a.shape.at(-2)!;
  return a.shape.length === 2 && a.strides[0] === 1 && rows >= 1024 && b.shape.at(-1)! <= 512;
}

/** Tensors of equal leading axes with as few of those as possible; the last two stay. */
function joinBatches(tensors: readonly Tensor[]): Layout[] {
  const leads = tensors.map(({ shape, strides }) => ({
    shape: shape.slice(0, -2),
    strides: strides.slice(0, -2),
  }));
  const isOne = leads[0]!.shape.every((size) => size === 1);
  const joined = isOne ? leads.map(() => ({ shape: [], strides: [] })) : collapse(leads);
  return tensors.map(({ shape, strides }, i) => ({
    shape: [...joined[i]!.shape, ...shape.slice(-2)],
    strides: [...joined[i]!.strides, ...strides.slice(-2)],
  }));
}

/** Operands are contiguous. */
function multiplyOnHost(lowering: Lowering, { a, b, bias, target, alpha = 1 }: Product): void {
  const [M, K] = a.shape.slice(-2) as [number, number];
  const N = b.shape.at(-1)!;
  const batches = elementCount(a.shape.slice(0, -2));
  const [x, y, z] = [a, b, target].map(({ array, offset }) => array.subarray(offset)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const biases = bias?.array.subarray(bias.offset);
  lowering.host({
    what: 'matmul',
    elements: batches * M * N * K,
    run() {
      for (let batch = 0; batch < batches; batch++)
        for (let m = 0; m < M; m++)
          for (let n = 0; n < N; n++) {
            let sum = 0;
            for (let k = 0; k < K; k++)
              sum += x[(batch * M + m) * K + k]! * y[(batch * K + k) * N + n]!;
            z[(batch * M + m) * N + n] = alpha * sum + (biases?.[n] ?? 0);
          }
    },
  });
}
