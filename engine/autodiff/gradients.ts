/** Reverse-mode differentiation in one backward walk over a graph. */
import { getOrMake } from '../contract/maps.ts';
import * as ir from '../ir/builder.ts';
import { topological } from '../ir/graph.ts';
import type { Node } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import { GRADIENT_RULES } from './gradient-rules.ts';
import { Recomputation } from './recomputation.ts';

type Rules = typeof GRADIENT_RULES;

/**
 * Gradients of a scalar (or of `sum(cotangent * loss)`) with respect to `targets`.
 *
 * @returns one node per target, of its shape; zeros where the loss does not depend on it
 * @param rules replaced by tests that check that a wrong rule is detected
 * @param stops values that are kept; those between them are recomputed (`Recomputation`)
 */
export function gradients(
  loss: Node,
  targets: readonly Node[],
  cotangent: Node = ir.constant(new Float32Array(elementCount(loss.shape)).fill(1), loss.shape),
  rules: Rules = GRADIENT_RULES,
  stops: readonly Node[] = [],
): Node[] {
  const order = topological([loss]);
  const needed = dependents(order, targets);
  const recomputation = new Recomputation(stops);
  const contributions = new Map<Node, Node[]>([[loss, [cotangent]]]);
  for (const node of order.toReversed()) {
    const received = contributions.get(node);
    if (!received || !needed.has(node)) continue;
    const total = accumulate(received);
    contributions.set(node, [total]);
    applyRule(rules, recomputation.recompute(node, total), total).forEach((gradient, i) => {
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

function applyRule(rules: Rules, node: Node, cotangent: Node): (Node | undefined)[] {
  const rule = rules[node.op] as (n: Node, g: Node) => (Node | undefined)[];
  return rule(node, cotangent);
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
