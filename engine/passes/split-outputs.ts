/** Split a graph into independent parts, which are run one after the other. */
import { groupBy } from '../contract/maps.ts';
import { nodesOf } from '../ir/graph.ts';
import type { Graph, Node } from '../ir/types.ts';

/**
 * Graphs that together have the given graph's outputs. They can run in any order, since none reads
 * a state that another one writes. Only nodes that depend on feeds and constants alone are shared.
 */
export function splitOutputs(graph: Graph): Graph[] {
  const groups = new Groups();
  const keys = keysOf(graph);
  for (const [node, key] of keys)
    for (const input of node.inputs) {
      const other = keys.get(input);
      if (other !== undefined) groups.join(key, other);
    }
  for (const { role, name, node } of graph.outputs)
    if (role === 'state') groups.join(keys.get(node) ?? FREE, `state ${name}`);
  const parts = groupBy(graph.outputs, ({ node }) => groups.rootOf(keys.get(node) ?? FREE));
  // Outputs that depend on no state are added to any part.
  const free = parts.get(groups.rootOf(FREE));
  if (free !== undefined && parts.size > 1) {
    parts.delete(groups.rootOf(FREE));
    const [root, first] = [...parts][0]!;
    parts.set(root, [...first, ...free]);
  }
  return [...parts.values()].map((outputs) => ({ ...graph, outputs }));
}

/** The nodes that depend on state, each with a name; inputs of one tensor share theirs. */
function keysOf(graph: Graph): Map<Node, string> {
  const keys = new Map<Node, string>();
  for (const node of nodesOf(graph)) {
    const isState = node.op === 'input' && node.attrs.role === 'state';
    if (isState) keys.set(node, `state ${node.attrs.name}`);
    else if (node.inputs.some((input) => keys.has(input))) keys.set(node, `node ${node.id}`);
  }
  return keys;
}

/** The name of the group of nodes that depend on feeds and constants alone. */
const FREE = 'free';

/** Disjoint sets of names (union-find). */
class Groups {
  readonly #parents = new Map<string, string>();

  rootOf(name: string): string {
    let root = name;
    for (;;) {
      const parent = this.#parents.get(root);
      if (parent === undefined) break;
      root = parent;
    }
    // Path compression.
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
