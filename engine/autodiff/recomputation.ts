/**
 * Gradient checkpointing: of the forward pass only the stops stay in memory; what lies between two
 * stops is computed again during the backward pass.
 *
 * The second computation must not start before its gradient exists, or no memory is saved.
 * Therefore its inputs are made to depend on the gradient at the end of the segment, by a selection
 * that always yields the input. The selection also prevents common subexpression elimination from
 * merging both computations.
 *
 * @source Chen et al., Training Deep Nets with Sublinear Memory Cost (2016)
 */
import * as ir from '../ir/builder.ts';
import { topological, withInputs } from '../ir/graph.ts';
import type { Node } from '../ir/types.ts';

export class Recomputation {
  /** The segment in which each value is recomputed, numbered by the stop at its end. */
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
        // What depends on weights alone is small and shared by all segments, so it is kept.
        if (isFeed || node.inputs.some((input) => isActivation.has(input))) isActivation.add(node);
        if (isActivation.has(node) && !isFeed) this.#segmentOf.set(node, segment);
      }
    });
  }

  /** The value that the backward pass reads: recomputed where it was not kept. */
  recompute(node: Node, gradient: Node): Node {
    const segment = this.#segmentOf.get(node);
    if (segment === undefined) return node;
    const known =
      this.#segments.get(segment) ??
      new Segment(gradient, (other) => this.#segmentOf.get(other) === segment);
    this.#segments.set(segment, known);
    return known.recompute(node);
  }
}

/** The values between two stops, computed a second time. */
class Segment {
  readonly #has: (node: Node) => boolean;
  readonly #number: Node;
  readonly #copies = new Map<Node, Node>();

  /** @param gradient on which the second computation is made to depend */
  constructor(gradient: Node, has: (node: Node) => boolean) {
    this.#has = has;
    const first = gradient.shape.map(() => 0);
    const end = gradient.shape.map(() => 1);
    this.#number = ir.reshape(ir.sliceAll(gradient, first, end), []);
  }

  recompute(root: Node): Node {
    for (const node of this.#withinSegment(root)) {
      const copy = this.#has(node)
        ? withInputs(
            node,
            node.inputs.map((input) => this.#copies.get(input) ?? input),
          )
        : this.#dependent(node);
      this.#copies.set(node, copy);
    }
    return this.#copies.get(root)!;
  }

  /** A kept value that becomes available only with the gradient. */
  #dependent(node: Node): Node {
    const isWeight = node.op === 'input' && node.attrs.role === 'state';
    if (node.dtype !== 'f32' || node.op === 'constant' || isWeight) return node;
    return ir.where(FALSE, this.#number, node);
  }

  /** The values that have no copy yet, each after its inputs, back to those that were kept. */
  #withinSegment(root: Node): Node[] {
    const order = new Set<Node>();
    const visit = (node: Node) => {
      if (this.#copies.has(node) || order.has(node)) return;
      if (this.#has(node)) for (const input of node.inputs) visit(input);
      order.add(node);
    };
    visit(root);
    return [...order];
  }
}

const FALSE = ir.constant(Uint8Array.of(0), []);
