/** The steps of a graph, in order, from groups and homes. */
import type { Graph, GraphOutput, Node } from '../ir/types.ts';
import type { Group } from './groups.ts';
import type { Homes } from './homes.ts';
import { isPointwise, type KernelTraits } from './kernel-traits.ts';
import type { Instruction, Operand, Schedule, Step, View } from './schedule.ts';
import { type Joined, literalOf, type Values } from './values.ts';
import { broadcastView, denseView, isDense, sameView } from './views.ts';

export class StepWriter {
  readonly steps: Step[] = [];
  readonly #values: Values;
  readonly #groups: ReadonlyMap<Node, Group>;
  readonly #homes: Homes;
  readonly #traits: KernelTraits;
  readonly #copies = new Map<Node, View>();
  readonly #filled = new Set<Node>();
  /** States that get a next value. */
  readonly #written: ReadonlySet<string>;
  /** Values that a kernel has to write: what other steps read, and outputs. */
  readonly #needed = new Set<Node>();

  constructor(
    graph: Graph,
    values: Values,
    groups: ReadonlyMap<Node, Group>,
    homes: Homes,
    traits: KernelTraits,
  ) {
    this.#values = values;
    this.#groups = groups;
    this.#homes = homes;
    this.#traits = traits;
    for (const node of values.order) {
      if (values.classOf(node) === 'alias') continue;
      for (const input of node.inputs) {
        const root = values.rootOf(input);
        const isInside =
          input === root && groups.has(root) && groups.get(root) === groups.get(node);
        if (!isInside) this.#needed.add(root);
      }
    }
    for (const { node } of graph.outputs) this.#needed.add(values.rootOf(node));
    this.#written = new Set(
      graph.outputs.flatMap(({ role, name }) => (role === 'state' ? [name] : [])),
    );
  }

  /** Add the steps that compute the graph's outputs. @returns where the results lie */
  write(graph: Graph): Schedule['results'] {
    for (const node of this.#values.order) this.#writeNode(node);
    const outputs = graph.outputs.map((output) => ({ output, view: this.#outputView(output) }));
    for (const { output, view } of outputs) {
      if (output.role === 'result') continue;
      const to = denseView(this.#homes.stateBuffer(output), output.node.shape);
      if (!sameView(view, to)) this.steps.push({ kind: 'copy', from: view, to });
    }
    return outputs.flatMap(({ output: { role, name }, view }) =>
      role === 'result' ? [{ name, view }] : [],
    );
  }

  #writeNode(node: Node): void {
    const valueClass = this.#values.classOf(node);
    if (valueClass === 'joined') {
      this.#fill(node);
      const joined = node as Joined;
      joined.inputs.forEach((part, i) => {
        if (!this.#homes.isPlaced(joined, i)) this.#copy(part, this.#homes.partView(joined, i));
      });
    } else if (valueClass === 'computed') {
      const group = this.#groups.get(node)!;
      if (group.nodes.at(-1) === node) this.#compute(group);
    }
  }

  #copy(value: Node, to: View): void {
    this.steps.push({ kind: 'copy', from: this.#homes.viewOf(value), to });
  }

  /** Fill the padding around a value that is about to be written. */
  #fill(root: Node): void {
    for (const pad of this.#homes.fillsBefore(root)) {
      if (this.#filled.has(pad)) continue;
      this.#filled.add(pad);
      this.steps.push({ kind: 'fill', value: 0, to: this.#homes.viewOf(pad) });
    }
  }

  #compute({ kind, nodes }: Group): void {
    const reads: View[] = [];
    const positions = new Map(nodes.map((node, i) => [node, i]));
    const body = nodes.map((node): Instruction => {
      const pointwise = isPointwise(node);
      const operands = node.inputs.map((input, i): Operand => {
        const value = positions.get(input);
        if (value !== undefined) return { value };
        const literal = pointwise && !this.#traits.takesTensors ? literalOf(input) : undefined;
        if (literal !== undefined) return { literal };
        const whole = this.#readable(node, i, pointwise);
        const known = reads.findIndex((view) => sameView(view, whole));
        return { read: known < 0 ? reads.push(whole) - 1 : known };
      });
      return { op: node.op, attrs: node.attrs, dtype: node.dtype, shape: node.shape, operands };
    });
    const written = nodes.filter((node) => this.#needed.has(node));
    for (const node of written) this.#fill(node);
    const writes = written.map((node) => ({
      value: positions.get(node)!,
      view: this.#homes.viewOf(node),
    }));
    this.steps.push({ kind, reads, body, writes });
  }

  /** The view in which a kernel reads an operand: a copy if it does not read the value's own. */
  #readable(node: Node, operand: number, pointwise: boolean): View {
    const value = node.inputs[operand]!;
    const isRepeated = pointwise && !this.#traits.takesTensors;
    const shaped = (view: View) => (isRepeated ? broadcastView(view, node.shape) : view);
    const own = shaped(this.#homes.viewOf(value));
    if (this.#traits.reads(node, operand, own)) return own;
    return shaped(this.#denseCopy(value));
  }

  #denseCopy(value: Node): View {
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    const to = denseView(this.#homes.newBuffer(value, { kind: 'arena' }), value.shape);
    this.#copy(value, to);
    this.#copies.set(value, to);
    return to;
  }

  /**
   * Where an output's value lies before old states are overwritten. States that will be are copied
   * first.
   */
  #outputView(output: GraphOutput): View {
    const { node, role } = output;
    const view = this.#homes.viewOf(node);
    const root = this.#values.rootOf(node);
    const isInput = this.#values.classOf(root) === 'leaf';
    if (role === 'result') return isInput || !isDense(view) ? this.#denseCopy(node) : view;
    const isOld = sameView(view, denseView(this.#homes.stateBuffer(output), node.shape));
    const isWritten =
      root.op === 'input' && root.attrs.role === 'state' && this.#written.has(root.attrs.name);
    return isWritten && !isOld ? this.#denseCopy(node) : view;
  }
}
