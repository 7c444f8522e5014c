/** Which nodes of a graph have memory of their own, and which are views of another's. */
import { CATALOGUE } from '../ir/catalogue.ts';
import type { Node } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import type { View } from './schedule.ts';
import { denseView, viewThrough } from './views.ts';

/**
 * - `leaf`: an input or a constant
 * - `alias`: a view of its operand's memory
 * - `joined`: a concat, a pad, or a reshape of which strides of its operand are no view; operands that
 *   are computed may be written to their places in it directly, others are copied
 * - `computed`: by a kernel
 */
export type ValueClass = 'leaf' | 'alias' | 'joined' | 'computed';
export type Joined = Node<'concat' | 'pad' | 'reshape'>;

/** The placeholder for a buffer in views of one value. */
const ANY_BUFFER = 0;

export class Values {
  /** each after its operands */
  readonly order: readonly Node[];
  readonly #classes = new Map<Node, ValueClass>();
  readonly #roots = new Map<Node, Node>();
  readonly #aliases = new Map<Node, Node[]>();

  /** @param takesTensors as in `KernelTraits` */
  constructor(order: readonly Node[], takesTensors = false) {
    this.order = order;
    const views = new Map<Node, View>();
    for (const node of order) {
      const operand = node.inputs[0];
      const mayBeView = !takesTensors || node.op === 'reshape';
      const view = operand && mayBeView ? viewThrough(node, views.get(operand)!) : undefined;
      views.set(node, view ?? denseView(ANY_BUFFER, node.shape));
      this.#roots.set(node, view ? this.rootOf(operand!) : node);
      this.#classes.set(node, view ? 'alias' : classOf(node, takesTensors));
      if (view) this.#aliases.get(this.rootOf(node))!.push(node);
      else this.#aliases.set(node, []);
    }
  }

  classOf(node: Node): ValueClass {
    return this.#classes.get(node)!;
  }

  /** The node whose memory a value lies in. */
  rootOf(node: Node): Node {
    return this.#roots.get(node)!;
  }

  /** The views of a root, each after the one that it is a view of. */
  aliasesOf(root: Node): readonly Node[] {
    return this.#aliases.get(root)!;
  }
}

function classOf(node: Node, takesTensors: boolean): ValueClass {
  if (CATALOGUE[node.op].kind === 'leaf') return 'leaf';
  return isJoined(node) && !takesTensors ? 'joined' : 'computed';
}

function isJoined({ op }: Node): boolean {
  return op === 'concat' || op === 'pad' || op === 'reshape';
}

/** The number that a constant of one element holds, which kernels contain. */
export function literalOf(node: Node): number | undefined {
  if (node.op !== 'constant' || elementCount(node.shape) !== 1) return undefined;
  return Number(node.attrs.data[0]);
}
