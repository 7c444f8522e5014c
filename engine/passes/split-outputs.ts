/** Parts of a graph that have nothing to do with each other, to be run one after the other. */
import { nodesOf } from '../ir/graph.ts';
import type { Graph, Node, Output } from '../ir/types.ts';

/**
 * Graphs of fewer outputs that together are the given one, in any order: none reads what another one
 * writes. Only feeds and constants are shared.
 */
export function splitOutputs(graph: Graph): Graph[] {
  const groups = new Groups();
  const rootOf = new Map<Output, string>();
  for (const output of graph.outputs) {
    const key = keyOf(output.node) ?? `output ${output.name}`;
    rootOf.set(output, key);
    if (output.role === 'state') groups.join(key, `state ${output.name}`);
  }
  for (const node of nodesOf(graph)) {
    const key = keyOf(node);
    if (key === undefined) continue;
    for (const input of node.inputs) {
      const other = keyOf(input);
      if (other !== undefined) groups.join(key, other);
    }
  }
  const parts = new Map<string, Output[]>();
  for (const output of graph.outputs) {
    const root = groups.rootOf(rootOf.get(output)!);
    parts.set(root, [...(parts.get(root) ?? []), output]);
  }
  return [...parts.values()].map((outputs) => ({ ...graph, outputs }));
}

/** What makes two nodes belong together; undefined for what may be shared. */
function keyOf(node: Node): string | undefined {
  if (node.op === 'constant') return undefined;
  if (node.op !== 'input') return `node ${node.id}`;
  return node.attrs.role === 'state' ? `state ${node.attrs.name}` : undefined;
}

/** Disjoint sets of names. */
class Groups {
  readonly #parents = new Map<string, string>();

  rootOf(name: string): string {
    let root = name;
    for (;;) {
      const parent = this.#parents.get(root);
      if (parent === undefined) break;
      root = parent;
    }
    // So that the way is short the next time.
    for (let at = name; at !== root; ) {
      const next = this.#parents.get(at)!;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }

  join(a: string, b: string): void {
    const [rootA, rootB] = [this.rootOf(a), this.rootOf(b)];
    if (rootA !== rootB) this.#parents.set(rootA, rootB);
  }
}
