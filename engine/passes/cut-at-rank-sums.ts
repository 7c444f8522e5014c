/**
 * A graph with sums over ranks as parts that run one after the other, with a sum between each and the
 * next. What a part has computed and a later one needs is kept as state.
 *
 * Sums that can be had at the same time are one array. The graph's own outputs are those of the last
 * part, so no part sees the state that another one has moved.
 */
import * as ir from '../ir/builder.ts';
import { nextState } from '../ir/entry.ts';
import { nodesOf, rewriteGraph } from '../ir/graph.ts';
import type { Graph, Node, TensorType } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import { keepActivations } from './keep-activations.ts';

export interface CutGraph<G extends Graph> {
  /** In the order of their run; none where the graph has no sums over ranks. */
  readonly parts: readonly CutPart[];
  readonly last: G;
  /** Tensors that are written and read within a step. */
  readonly state: ReadonlyMap<string, TensorType>;
}

export interface CutPart {
  readonly graph: Graph;
  /** State tensor to replace by its sum over the ranks before the next part. */
  readonly sum: string;
}

/** @param prefix of the names of state tensors */
export function cutAtRankSums<G extends Graph>(graph: G, prefix: string): CutGraph<G> {
  const parts: CutPart[] = [];
  const state = new Map<string, TensorType>();
  let rest = graph;
  for (let ready = readySums(rest); ready.length > 0; ready = readySums(rest)) {
    const own = `${prefix}${parts.length}.`;
    const sum = `${own}sum`;
    const addends = ready.map(({ inputs: [x] }) => ir.reshape(x!, [elementCount(x!.shape)]));
    const packed = addends.length === 1 ? addends[0]! : ir.concat(addends, 0);
    state.set(sum, { dtype: 'f32', shape: packed.shape });
    const first: Graph = {
      name: `${graph.name}.${parts.length}`,
      outputs: [nextState(sum, packed)],
    };
    const sums = placesIn(ready, ir.state(sum, packed.shape));
    const later = rewriteGraph(rest, (node) => sums.get(node) ?? node);
    const isOfBatch = (name: string) => name.startsWith(prefix);
    const kept = keepActivations(first, later, own, isOfBatch);
    for (const [name, type] of kept.state) state.set(name, type);
    parts.push({ graph: { ...first, outputs: [...first.outputs, ...kept.written] }, sum });
    rest = { ...rest, outputs: kept.outputs };
  }
  return { parts, last: rest, state };
}

/** The sums over ranks that depend on no other one. */
function readySums(graph: Graph): Node[] {
  const waiting = new Set<Node>();
  const ready: Node[] = [];
  for (const node of nodesOf(graph)) {
    const waits = node.inputs.some((input) => waiting.has(input));
    if (node.op === 'rankSum' && !waits) ready.push(node);
    if (node.op === 'rankSum' || waits) waiting.add(node);
  }
  return ready;
}

/** Where each sum lies in the array of all. */
function placesIn(sums: readonly Node[], packed: Node): Map<Node, Node> {
  let start = 0;
  return new Map(
    sums.map((node): [Node, Node] => {
      const end = start + elementCount(node.shape);
      const part = ir.reshape(ir.slice(packed, 0, start, end), node.shape);
      start = end;
      return [node, part];
    }),
  );
}
