/**
 * Packs for executors that cannot give two names to the same memory: the packs become the state,
 * and their members are slices that are read and concatenated again.
 */
import { getOrMake } from '../contract/maps.ts';
import * as ir from '../ir/builder.ts';
import { rewriteGraph } from '../ir/graph.ts';
import type { Graph, GraphOutput, Module, Node, Shape, TensorType } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';

export interface PackPlace {
  /** name in the bound module's state: a pack, or the tensor itself */
  readonly holder: string;
  /** first element */
  readonly offset: number;
  readonly shape: Shape;
}

export interface BoundModule {
  /** without packs */
  readonly module: Module;
  /** every state tensor of the original module */
  readonly places: ReadonlyMap<string, PackPlace>;
}

export function bindPacks(module: Module): BoundModule {
  const state = new Map<string, TensorType>();
  const places = new Map<string, PackPlace>();
  const members = new Map<string, readonly string[]>();
  for (const [pack, names] of module.packs ?? []) {
    let offset = 0;
    for (const name of names) {
      const { shape } = module.state.get(name)!;
      places.set(name, { holder: pack, offset, shape });
      offset += elementCount(shape);
    }
    state.set(pack, { dtype: 'f32', shape: [offset] });
    members.set(pack, names);
  }
  for (const [name, type] of module.state) {
    if (places.has(name)) continue;
    places.set(name, { holder: name, offset: 0, shape: type.shape });
    state.set(name, type);
  }
  const entries = Object.entries(module.entries).map(([name, graph]): [string, Graph] => [
    name,
    bindGraph(graph, state, places, members),
  ]);
  return { module: { state, entries: Object.fromEntries(entries) }, places };
}

function bindGraph(
  graph: Graph,
  state: ReadonlyMap<string, TensorType>,
  places: ReadonlyMap<string, PackPlace>,
  members: ReadonlyMap<string, readonly string[]>,
): Graph {
  const holders = new Map<string, Node>();
  const holderOf = (name: string): Node => {
    return getOrMake(holders, name, () => ir.state(name, state.get(name)!.shape));
  };
  const flatMember = ({ holder, offset, shape }: PackPlace) =>
    ir.slice(holderOf(holder), 0, offset, offset + elementCount(shape));
  const rewritten = rewriteGraph(graph, (node) => {
    if (node.op !== 'input' || node.attrs.role !== 'state') return node;
    const { name } = node.attrs;
    const place = places.get(name);
    const isMember = place !== undefined && members.has(place.holder);
    // A graph may use a tensor in another shape than the declared one.
    return ir.reshape(isMember ? flatMember(place) : holderOf(name), node.shape);
  });
  const written = new Map(
    rewritten.outputs.filter(({ role }) => role === 'state').map(({ name, node }) => [name, node]),
  );
  const outputs = rewritten.outputs.flatMap((output): GraphOutput[] => {
    if (output.role === 'result') return [output];
    const type = state.get(output.name);
    return type ? [{ ...output, node: ir.reshape(output.node, type.shape) }] : [];
  });
  const joined = [...members].flatMap(([pack, names]): GraphOutput[] => {
    if (!names.some((name) => written.has(name))) return [];
    const parts = names.map((name) => {
      const place = places.get(name)!;
      const next = written.get(name);
      return next ? ir.reshape(next, [elementCount(place.shape)]) : flatMember(place);
    });
    return [{ name: pack, role: 'state', node: ir.concat(parts, 0) }];
  });
  return { ...rewritten, outputs: [...outputs, ...joined] };
}
