/**
 * Computing activations again instead of keeping them: between two stops of the forward pass nothing but
 * the stops themselves stays in memory until the backward pass comes by.
 *
 * The second computation must not begin before it is needed, or nothing is saved. So its inputs are
 * tied to the gradient that has arrived at the end of its segment: they are chosen, always, instead of a
 * number of that gradient. The choice also keeps them apart from the first computation.
 * @source Chen et al., Training Deep Nets with Sublinear Memory Cost (2016)
 */
import * as ir from '../ir/builder.ts';
import { topological, withInputs } from '../ir/graph.ts';
import type { Node } from '../ir/types.ts';

export class Recomputation {
  /** The segment of each value that is computed again: the stop that it leads to. */
  readonly #segmentOf = new Map<Node, number>();
  readonly #segments = new Map<number, Segment>();

  /** @param stops in the order of the forward pass */
  constructor(stops: readonly Node[]) {
    const seen = new Set<Node>();
    const isActivation = new Set<Node>();
    stops.forEach((stop, segment) => {
      for (const node of topological([stop])) {
        if (seen.has(node)) continue;
        seen.add(node);
        const isFeed = node.op === 'input' && node.attrs.role === 'feed';
        // What depends on weights alone is small, and the same for all segments.
        if (isFeed || node.inputs.some((input) => isActivation.has(input))) isActivation.add(node);
        if (isActivation.has(node) && !isFeed) this.#segmentOf.set(node, segment);
      }
    });
  }

  /** The value as the backward pass should see it: computed again where it was not kept. */
  again(node: Node, gradient: Node): Node {
    const segment = this.#segmentOf.get(node);
    if (segment === undefined) return node;
    const known =
      this.#segments.get(segment) ??
      new Segment(gradient, (other) => this.#segmentOf.get(other) === segment);
    this.#segments.set(segment, known);
    return known.again(node);
  }
}

/** The values between two stops, a second time. */
class Segment {
  readonly #has: (node: Node) => boolean;
  readonly #number: Node;
  readonly #twins = new Map<Node, Node>();

  /** @param gradient without which nothing here may begin */
  constructor(gradient: Node, has: (node: Node) => boolean) {
    this.#has = has;
    const first = gradient.shape.map(() => 0);
    const end = gradient.shape.map(() => 1);
    this.#number = ir.reshape(ir.sliceAll(gradient, first, end), []);
  }

  again(root: Node): Node {
    for (const node of this.#withinSegment(root)) {
      const twin = this.#has(node)
        ? withInputs(
            node,
            node.inputs.map((input) => this.#twins.get(input) ?? input),
          )
        : this.#tied(node);
      this.#twins.set(node, twin);
    }
    return this.#twins.get(root)!;
  }

  /** What was kept, and is there when the gradient is. */
  #tied(node: Node): Node {
    const isWeight = node.op === 'input' && node.attrs.role === 'state';
    if (node.dtype !== 'f32' || node.op === 'constant' || isWeight) return node;
    return ir.where(NEVER, this.#number, node);
  }

  /** Values that are not there twice yet, each after its inputs; none beyond what was kept. */
  #withinSegment(root: Node): Node[] {
    const order = new Set<Node>();
    const visit = (node: Node) => {
      if (this.#twins.has(node) || order.has(node)) return;
      if (this.#has(node)) for (const input of node.inputs) visit(input);
      order.add(node);
    };
    visit(root);
    return [...order];
  }
}

const NEVER = ir.constant(Uint8Array.of(0), []);
