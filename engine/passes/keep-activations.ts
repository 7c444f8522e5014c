/**
 * A backward pass that goes on from what an earlier run of the forward pass has kept: values that it
 * needs become state tensors, which the forward pass writes.
 *
 * What depends on no feed, such as biases of relative positions, is computed again from the weights,
 * and what a cheap op makes of one kept value, such as its parts, its layer norm or its sum with a bias,
 * is made again. Every byte that is kept costs time as well: the binding of ONNX Runtime copies each
 * output of a run into new memory.
 */
import * as ir from '../ir/builder.ts';
import { CATALOGUE } from '../ir/catalogue.ts';
import { nextState } from '../ir/entry.ts';
import { nodesOf, withInputs } from '../ir/graph.ts';
import type { Graph, GraphOutput, Node, TensorType } from '../ir/types.ts';

/** Composites that take about as long as reading what was kept. */
const CHEAP_COMPOSITES: ReadonlySet<string> = new Set(['gelu', 'layerNorm']);

export interface KeptActivations {
  /** Outputs of the forward pass beside its own. */
  readonly written: readonly GraphOutput[];
  /** Outputs of the backward pass, which reads them. */
  readonly outputs: readonly GraphOutput[];
  /** State tensors. */
  readonly state: ReadonlyMap<string, TensorType>;
}

/**
 * @param forward   made of the same nodes as the backward pass
 * @param prefix    of the names of state tensors
 * @param isOfBatch whether a state tensor that the forward pass reads depends on feeds
 */
export function keepActivations(
  forward: Graph,
  backward: Graph,
  prefix: string,
  isOfBatch: (name: string) => boolean = () => false,
): KeptActivations {
  const inForward = new Set(nodesOf(forward));
  const isFed = new Set<Node>();
  for (const node of inForward)
    if (
      (node.op === 'input' && (node.attrs.role === 'feed' || isOfBatch(node.attrs.name))) ||
      node.inputs.some((one) => isFed.has(one))
    )
      isFed.add(node);
  const written: GraphOutput[] = [];
  const state = new Map<string, TensorType>();
  const done = new Map<Node, Node>();
  const keep = (node: Node): Node => {
    const name = `${prefix}${written.length}`;
    written.push(nextState(name, node));
    state.set(name, { dtype: 'f32', shape: node.shape });
    return ir.state(name, node.shape);
  };
  const again = (node: Node) => withInputs(node, node.inputs.map(ofForward));
  /** What stands in the backward pass for a value of the forward pass. */
  const ofForward = (node: Node): Node => {
    const known = done.get(node);
    if (known !== undefined) return known;
    const isLeaf = node.inputs.length === 0;
    const isCheap = node.dtype !== 'f32' || isCheapOfOne(node, isFed);
    const made = isLeaf || !isFed.has(node) ? node : isCheap ? again(node) : keep(node);
    done.set(node, made);
    return made;
  };
  for (const node of nodesOf(backward)) {
    if (inForward.has(node)) continue;
    const inputs = node.inputs.map((input) =>
      inForward.has(input) ? ofForward(input) : done.get(input)!,
    );
    const changed = inputs.some((input, i) => input !== node.inputs[i]);
    done.set(node, changed ? withInputs(node, inputs) : node);
  }
  const outputs = backward.outputs.map(
    (output): GraphOutput => ({
      ...output,
      node: inForward.has(output.node) ? ofForward(output.node) : done.get(output.node)!,
    }),
  );
  return { written, outputs, state };
}

/**
 * Whether a cheap op makes the value of a single one that depends on feeds, so that the one can be
 * kept in its place. With more of them, more bytes might be kept than now.
 */
function isCheapOfOne({ op, inputs }: Node, isFed: ReadonlySet<Node>): boolean {
  const { kind } = CATALOGUE[op];
  const isCheap = kind === 'elementwise' || kind === 'movement' || CHEAP_COMPOSITES.has(op);
  return isCheap && new Set(inputs.filter((input) => isFed.has(input))).size === 1;
}
