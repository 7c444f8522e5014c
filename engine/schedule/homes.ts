/**
 * The buffer and view of each value: first what has to lie in a certain place (next states, the
 * parts of a concat), from the outputs on; all others get a buffer of their own.
 */
import type { Graph, GraphOutput, Node } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import type { Group } from './groups.ts';
import type { KernelTraits } from './kernel-traits.ts';
import type { Place, View } from './schedule.ts';
import type { Joined, Values } from './values.ts';
import {
  broadcastView,
  denseView,
  reshapeView,
  sameView,
  sliceView,
  viewBefore,
  viewThrough,
} from './views.ts';

/** A buffer whose place in the arena is not known yet. */
export interface BufferDraft {
  readonly dtype: Node['dtype'];
  readonly elements: number;
  readonly place: Exclude<Place, { kind: 'arena' }> | { readonly kind: 'arena' };
}

/** A reading of a value's memory: by a node, at its position among the steps. */
interface Reading {
  readonly position: number;
  readonly reader?: Node;
  readonly operand: Node;
}

export class Homes {
  readonly buffers: BufferDraft[] = [];
  readonly #values: Values;
  readonly #groups: ReadonlyMap<Node, Group>;
  readonly #traits: KernelTraits;
  readonly #homes = new Map<Node, View>();
  /** Concats and pads whose padding has to be filled before a root is written. */
  readonly #fills = new Map<Node, readonly Node[]>();
  readonly #positions = new Map<Node, number>();
  readonly #readings = new Map<Node, Reading[]>();
  readonly #stateBuffers = new Map<string, number>();

  constructor(
    graph: Graph,
    values: Values,
    groups: ReadonlyMap<Node, Group>,
    traits: KernelTraits,
  ) {
    this.#values = values;
    this.#groups = groups;
    this.#traits = traits;
    values.order.forEach((node, i) => {
      for (const member of groups.get(node)?.nodes ?? [node]) this.#positions.set(member, i);
    });
    this.#collectReadings(graph);
    for (const node of values.order) if (node.op === 'input') this.#giveInput(node);
    if (!traits.keepsStates)
      for (const output of graph.outputs) if (output.role === 'state') this.#placeNextState(output);
    for (const node of values.order.toReversed())
      if (values.classOf(node) === 'joined') this.#placeParts(node);
  }

  /** The view of any value; its root gets a buffer with the first call. */
  viewOf(node: Node): View {
    const root = this.#values.rootOf(node);
    if (root !== node) return viewThrough(node, this.viewOf(node.inputs[0]!))!;
    const known = this.#homes.get(root);
    if (known !== undefined) return known;
    const place: BufferDraft['place'] =
      root.op === 'constant' ? { kind: 'constant', data: root.attrs.data } : { kind: 'arena' };
    const view = denseView(this.newBuffer(root, place), root.shape);
    this.#homes.set(root, view);
    return view;
  }

  newBuffer({ dtype, shape }: Pick<Node, 'dtype' | 'shape'>, place: BufferDraft['place']): number {
    return this.buffers.push({ dtype, elements: elementCount(shape), place }) - 1;
  }

  stateBuffer(output: GraphOutput): number {
    const known = this.#stateBuffers.get(output.name);
    if (known !== undefined) return known;
    const buffer = this.newBuffer(output.node, { kind: 'state', name: output.name });
    this.#stateBuffers.set(output.name, buffer);
    return buffer;
  }

  /** Where an operand belongs in a joined value. */
  partView(joined: Joined, part: number): View {
    const whole = this.viewOf(joined);
    const { shape } = joined.inputs[part]!;
    if (joined.op === 'reshape') return reshapeView(whole, shape)!;
    if (joined.op === 'pad') return sliceView(whole, joined.attrs.before, shape);
    const { axis } = joined.attrs;
    const before = joined.inputs.slice(0, part).reduce((sum, one) => sum + one.shape[axis]!, 0);
    const starts = shape.map((_, at) => (at === axis ? before : 0));
    return sliceView(whole, starts, shape);
  }

  /** Whether the memory of a part is its place in the whole. */
  isPlaced(joined: Joined, part: number): boolean {
    return sameView(this.viewOf(joined.inputs[part]!), this.partView(joined, part));
  }

  /** Pads to fill before the root is written, the outermost first. */
  fillsBefore(root: Node): readonly Node[] {
    return this.#fills.get(root) ?? [];
  }

  #collectReadings(graph: Graph): void {
    const add = (operand: Node, reading: Omit<Reading, 'operand'>) => {
      const root = this.#values.rootOf(operand);
      const readings = this.#readings.get(root) ?? [];
      readings.push({ ...reading, operand });
      this.#readings.set(root, readings);
    };
    for (const node of this.#values.order)
      if (this.#values.classOf(node) !== 'alias')
        for (const operand of node.inputs)
          add(operand, { position: this.#positions.get(node)!, reader: node });
    for (const { node } of graph.outputs) add(node, { position: Number.POSITIVE_INFINITY });
  }

  #giveInput(node: Node<'input'>): void {
    const { name, role } = node.attrs;
    const buffer = this.newBuffer(node, { kind: role, name });
    if (role === 'state') this.#stateBuffers.set(name, buffer);
    this.#homes.set(node, denseView(buffer, node.shape));
  }

  /** Let a next state be written over the old one, if nothing reads that afterwards. */
  #placeNextState(output: GraphOutput): void {
    const view = denseView(this.stateBuffer(output), output.node.shape);
    const old = this.#values.order.find(
      ({ op, attrs }) =>
        op === 'input' &&
        (attrs as { role: string }).role === 'state' &&
        (attrs as { name: string }).name === output.name,
    );
    const readings = (old && this.#readings.get(old)) ?? [];
    const isSafe = (root: Node, at: View): boolean => {
      const first = this.#firstWrite(root);
      return readings.every(
        ({ position, reader, operand }) =>
          position < first ||
          (position === first &&
            reader !== undefined &&
            this.#groups.get(root)?.kind === 'elementwise' &&
            this.#groups.get(reader) === this.#groups.get(root) &&
            sameView(broadcastView(this.viewOf(operand), reader.shape), at)),
      );
    };
    this.#place(output.node, view, [], isSafe);
  }

  /** The position at which the first element of a root may be written. */
  #firstWrite(root: Node): number {
    const own = this.#positions.get(root)!;
    if (this.#values.classOf(root) !== 'joined') return own;
    const parts = root.inputs.map((part) => this.#values.rootOf(part));
    return Math.min(
      own,
      ...parts
        .filter((part) => this.#values.classOf(part) !== 'leaf')
        .map((part) => this.#firstWrite(part)),
    );
  }

  #placeParts(joined: Node): void {
    const whole = joined as Joined;
    const fills = [...this.fillsBefore(joined), ...(joined.op === 'pad' ? [joined] : [])];
    this.#fills.set(joined, fills);
    whole.inputs.forEach((part, i) => {
      this.#place(part, this.partView(whole, i), fills);
    });
  }

  /**
   * Let a value be computed into a view, if it has no place yet and all that reads it can read it
   * there.
   */
  #place(
    value: Node,
    target: View,
    fills: readonly Node[],
    isSafe: (root: Node, at: View) => boolean = () => true,
  ): boolean {
    const root = this.#values.rootOf(value);
    const at = this.#rootView(value, target);
    if (at === undefined || this.#homes.has(root) || this.#values.classOf(root) === 'leaf')
      return false;
    if (!this.#writable(root, at) || !this.#readable(root, at) || !isSafe(root, at)) return false;
    this.#homes.set(root, at);
    this.#fills.set(root, fills);
    return true;
  }

  /** Where the root of a value must lie, so that the value is `view`. */
  #rootView(value: Node, view: View): View | undefined {
    let at: View | undefined = view;
    for (let node = value; node !== this.#values.rootOf(value); node = node.inputs[0]!)
      at = at && viewBefore(node, at);
    return at;
  }

  #writable(root: Node, at: View): boolean {
    const valueClass = this.#values.classOf(root);
    if (root.op === 'reshape') return reshapeView(at, root.inputs[0]!.shape) !== undefined;
    return valueClass === 'joined' || this.#traits.writes(root, at);
  }

  #readable(root: Node, at: View): boolean {
    const views = new Map<Node, View>([[root, at]]);
    for (const alias of this.#values.aliasesOf(root)) {
      const view = viewThrough(alias, views.get(alias.inputs[0]!)!);
      if (view === undefined) return false;
      views.set(alias, view);
    }
    return (this.#readings.get(root) ?? []).every(({ reader, operand }) => {
      if (reader === undefined || this.#values.classOf(reader) !== 'computed') return true;
      if (this.#groups.get(reader) === this.#groups.get(root)) return true;
      const view = views.get(operand)!;
      return reader.inputs.every(
        (input, i) => input !== operand || this.#traits.reads(reader, i, view),
      );
    });
  }
}
