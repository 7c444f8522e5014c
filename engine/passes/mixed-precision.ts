/**
 * Mixed precision: float16 or bfloat16 for matrix products and the values between them; float32 for
 * weights, moments, norms, sums, probabilities and the loss.
 *
 * The rules are those of automatic mixed precision in PyTorch: products take the narrow type,
 * reductions and ops that amplify rounding take float32, all others the widest type of their
 * operands. They apply to a whole step, gradients included. Logits can be kept from them: the
 * rounding of a narrow type makes equal numbers of what would be told apart.
 *
 * @source Micikevicius et al., Mixed Precision Training (ICLR 2018)
 */
import { getOrMake } from '../contract/maps.ts';
import type { Precision } from '../contract/precision.ts';
import { makeNode } from '../ir/builder.ts';
import { nodesOf } from '../ir/graph.ts';
import type { DType, Graph, Node, OpName } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import { isNarrow, type NarrowFloat } from '../tensor/narrow-floats.ts';

/** The type of products. */
const PRODUCT_TYPES: Readonly<Record<Precision, NarrowFloat | 'f32'>> = {
  float32: 'f32',
  float16: 'f16',
  bfloat16: 'bf16',
};

/** Ops that add no rounding of their own. */
const FOLLOWING: ReadonlySet<OpName> = new Set<OpName>([
  ...([
    'neg',
    'abs',
    'relu',
    'gelu',
    'geluGrad',
    'erf',
    'exp',
    'add',
    'sub',
    'mul',
    'max',
    'min',
  ] as const),
  ...(['where', 'reshape', 'broadcast', 'transpose', 'slice', 'pad', 'concat', 'gather'] as const),
]);

/**
 * @param graph decomposed for the executor; its inputs and outputs keep their types
 * @param longestSum most terms of a product in the narrow type; longer ones stay float32
 */
export function mixedPrecision(
  graph: Graph,
  precision: Precision,
  longestSum = Number.POSITIVE_INFINITY,
): Graph {
  const narrow = PRODUCT_TYPES[precision];
  if (narrow === 'f32') return graph;
  const casts = new Map<Node, Node>();
  const done = new Map<Node, Node>();
  const kept = productsOfLogits(graph);
  const as = (node: Node, dtype: NarrowFloat | 'f32'): Node => {
    if (node.dtype === dtype || (node.dtype !== 'f32' && node.dtype !== narrow)) return node;
    // A cast back of a narrowed value is replaced by the value before it was narrowed.
    if (node.op === 'cast' && node.inputs[0]!.dtype === dtype) return node.inputs[0]!;
    return getOrMake(casts, node, () => narrowConstant(node, narrow) ?? cast(node, dtype));
  };
  for (const node of nodesOf(graph)) {
    const inputs = node.inputs.map((input) => done.get(input)!);
    const isNarrowed = !kept.has(node) && wantsNarrow(node, inputs, longestSum);
    const typed = inputs.map((input) => as(input, isNarrowed ? narrow : 'f32'));
    const dtype: DType = isNarrowed && node.dtype === 'f32' ? narrow : node.dtype;
    done.set(node, makeNode(node.op, typed, node.attrs, { dtype, shape: node.shape }));
  }
  return {
    ...graph,
    outputs: graph.outputs.map((output) => ({
      ...output,
      node:
        output.node.dtype === 'f32' ? as(done.get(output.node)!, 'f32') : done.get(output.node)!,
    })),
  };
}

/** The last products of results that are float32 in every precision. */
function productsOfLogits({ outputs }: Graph): ReadonlySet<Node> {
  const found = new Set<Node>();
  const seen = new Set<Node>();
  const visit = (node: Node) => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.op === 'matmul' || node.op === 'linear') found.add(node);
    else if (FOLLOWING.has(node.op)) for (const input of node.inputs) visit(input);
  };
  for (const { isFloat32, node } of outputs) if (isFloat32) visit(node);
  return found;
}

function wantsNarrow(node: Node, inputs: readonly Node[], longestSum: number): boolean {
  if (node.op === 'matmul') {
    const { shape } = node.inputs[0]!;
    return shape.at(node.attrs.transA ? -2 : -1)! <= longestSum;
  }
  if (node.op === 'linear') return node.inputs[0]!.shape[1]! <= longestSum;
  if (!FOLLOWING.has(node.op)) return false;
  const values = inputs.filter(
    (input) => (input.dtype === 'f32' || isNarrow(input.dtype)) && !isNumber(input),
  );
  return values.length > 0 && values.every(({ dtype }) => isNarrow(dtype));
}

/** Constants of one element take the type of the other operands. */
function isNumber(node: Node): boolean {
  return node.op === 'constant' && elementCount(node.shape) === 1;
}

function narrowConstant(node: Node, dtype: NarrowFloat): Node | undefined {
  if (node.op !== 'constant' || node.dtype !== 'f32') return undefined;
  return makeNode('constant', [], node.attrs, { dtype, shape: node.shape });
}

function cast(node: Node, to: NarrowFloat | 'f32'): Node {
  return makeNode('cast', [node], { to }, { dtype: to, shape: node.shape });
}
