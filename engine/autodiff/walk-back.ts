/** The backward walk over a graph, for any table of rules. */
import { getOrMake } from '../contract/maps.ts';
import * as ir from '../ir/builder.ts';
import { topological } from '../ir/graph.ts';
import type { Node, OpName } from '../ir/types.ts';

type RuleTable = { readonly [K in OpName]: (node: never, cotangent: Node) => (Node | undefined)[] };

/**
 * Cotangents of `targets` from the cotangent of a value, zeros where it does not depend on them.
 *
 * @param read the value that the rule of a node with this cotangent reads
 */
export function walkBack(
  value: Node,
  targets: readonly Node[],
  cotangent: Node,
  rules: RuleTable,
  read: (node: Node, cotangent: Node) => Node = (node) => node,
): Node[] {
  const order = topological([value]);
  const needed = dependents(order, targets);
  const contributions = new Map<Node, Node[]>([[value, [cotangent]]]);
  for (const node of order.toReversed()) {
    const received = contributions.get(node);
    if (!received || !needed.has(node)) continue;
    const total = accumulate(received);
    contributions.set(node, [total]);
    const rule = rules[node.op] as (n: Node, g: Node) => (Node | undefined)[];
    rule(read(node, total), total).forEach((gradient, i) => {
      const input = node.inputs[i]!;
      if (!gradient || !needed.has(input)) return;
      getOrMake(contributions, input, () => []).push(gradient);
    });
  }
  return targets.map((target) => {
    const received = contributions.get(target);
    return received ? accumulate(received) : ir.broadcast(ir.scalar(0), target.shape);
  });
}

/** Nodes between the targets and the loss, which are the only ones that need a cotangent. */
function dependents(order: readonly Node[], targets: readonly Node[]): Set<Node> {
  const needed = new Set<Node>(targets);
  for (const node of order) if (node.inputs.some((input) => needed.has(input))) needed.add(node);
  return needed;
}

/** The sum of contributions. Slices of one value yield pads, which together are a concat. */
function accumulate(parts: readonly Node[]): Node {
  return joinPads(parts) ?? parts.reduce((total, part) => ir.add(total, part));
}

function joinPads(parts: readonly Node[]): Node | undefined {
  if (parts.length < 2 || !parts.every((part) => part.op === 'pad')) return undefined;
  const pads = parts as Node<'pad'>[];
  const axes = pads[0]!.shape.flatMap((_, axis) =>
    pads.some(({ attrs }) => attrs.before[axis]! + attrs.after[axis]! > 0) ? [axis] : [],
  );
  const axis = axes[0];
  if (axes.length !== 1 || axis === undefined) return undefined;
  const sorted = [...pads].sort((a, b) => a.attrs.before[axis]! - b.attrs.before[axis]!);
  let end = 0;
  for (const { attrs, inputs } of sorted) {
    if (attrs.before[axis] !== end) return undefined;
    end += inputs[0]!.shape[axis]!;
  }
  if (end !== pads[0]!.shape[axis]) return undefined;
  return ir.concat(
    sorted.map(({ inputs }) => inputs[0]!),
    axis,
  );
}
