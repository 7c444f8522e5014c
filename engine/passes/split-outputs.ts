/** Parts of a graph that have nothing to do with each other, to be run one after the other. */
import { nodesOf } from '../ir/graph.ts';
import type { Graph, Node, Output } from '../ir/types.ts';

/**
 * Graphs of fewer outputs that together are the given one, in any order: none reads what another one
 * writes. Only what is made of feeds and constants alone is shared.
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
  const parts = new Map<string, Output[]>();
  for (const output of graph.outputs) {
    const root = groups.rootOf(keys.get(output.node) ?? FREE);
    parts.set(root, [...(parts.get(root) ?? []), output]);
  }
  // What depends on no state goes with whatever there is.
  const free = parts.get(groups.rootOf(FREE));
  if (free !== undefined && parts.size > 1) {
    parts.delete(groups.rootOf(FREE));
    const [root, first] = [...parts][0]!;
    parts.set(root, [...first, ...free]);
  }
  return [...parts.values()].map((outputs) => ({ ...graph, outputs }));
}

/** The nodes that depend on state, each with a name; inputs of one tensor have the same. */
function keysOf(graph: Graph): Map<Node, string> {
  const keys = new Map<Node, string>();
  for (const node of nodesOf(graph)) {
    const isState = node.op === 'input' && node.attrs.role === 'state';
    if (isState) keys.set(node, `state ${node.attrs.name}`);
    else if (node.inputs.some((input) => keys.has(input))) keys.set(node, `node ${node.id}`);
  }
  return keys;
}

/** Together with this belongs what is made of feeds and constants alone. */
const FREE = 'free';

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
