/** Determine which state tensors may be overwritten while their graph runs. */
import { nodesOf, usersOf } from '../../ir/graph.ts';
import type { Graph, GraphOutput, Node } from '../../ir/types.ts';

/**
 * A state output may be written into the memory of its input when all readers of that input run
 * before it, which holds when each of them is among its ancestors. Other outputs need their own
 * buffer until the run ends.
 */
export function inPlaceOutputs(graph: Graph): Set<GraphOutput> {
  const order = nodesOf(graph);
  const users = usersOf(order);
  const safe = new Set<GraphOutput>();
  for (const output of graph.outputs) {
    if (output.role !== 'state') continue;
    const input = order.find(
      (node) =>
        node.op === 'input' && node.attrs.role === 'state' && node.attrs.name === output.name,
    );
    if (!input || precedes(readersOf(input, output.node, users), output.node)) safe.add(output);
  }
  return safe;
}

/** Nodes that read a value's memory up to `last`; a reshape is a view of it. */
function readersOf(
  value: Node,
  last: Node,
  users: ReadonlyMap<Node, readonly Node[]>,
): readonly Node[] {
  if (value === last) return [value];
  return users
    .get(value)!
    .flatMap((user) => (user.op === 'reshape' ? [user, ...readersOf(user, last, users)] : [user]));
}

/** Whether all `nodes` are ancestors of `last`, or `last` itself. */
function precedes(nodes: readonly Node[], last: Node): boolean {
  const wanted = new Set(nodes);
  const seen = new Set<Node>();
  const stack = [last];
  while (stack.length > 0 && wanted.size > 0) {
    const node = stack.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    wanted.delete(node);
    stack.push(...node.inputs);
  }
  return wanted.size === 0;
}
