/** Checks of the invariants of graphs and modules. */
import { StudioError } from '../contract/errors.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import { CATALOGUE } from './catalogue.ts';
import { nodesOf } from './graph.ts';
import { sameShape } from './shapes.ts';
import type { Graph, Module, Node, OpAttributes, OpName, TensorType } from './types.ts';

function invalid(message: string): StudioError {
  return new StudioError('graph-invalid', message);
}

/** @throws StudioError `graph-invalid` naming the node or name that breaks an invariant */
export function verifyGraph(graph: Graph): void {
  const inputs = new Map<string, Node>();
  for (const node of nodesOf(graph)) {
    if (node.op === 'input') {
      const key = node.attrs.name;
      if (inputs.has(key)) throw invalid(`${graph.name}: two inputs are named ${node.attrs.name}`);
      inputs.set(key, node);
    }
    if (CATALOGUE[node.op].kind !== 'leaf') verifyType(node);
  }
  const names = graph.outputs.map(({ name, role }) => `${role} ${name}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw invalid(`${graph.name}: output ${twice} occurs twice`);
}

function verifyType<K extends OpName>(node: Node<K>): void {
  const rule = CATALOGUE[node.op as K];
  const type = rule.infer(node.inputs, node.attrs as OpAttributes[K]);
  if (type.dtype !== node.dtype || !sameShape(type.shape, node.shape))
    throw invalid(
      `${node.op} #${node.id} claims ${node.dtype}[${node.shape.join(', ')}] but is ${type.dtype}[${type.shape.join(', ')}]`,
    );
}

function stateNames(graph: Graph): Set<string> {
  const read = nodesOf(graph).flatMap((node) =>
    node.op === 'input' && node.attrs.role === 'state' ? [node.attrs.name] : [],
  );
  const written = graph.outputs.flatMap(({ role, name }) => (role === 'state' ? [name] : []));
  return new Set([...read, ...written]);
}

/** Check all graphs of a module, and that state names in them are declared with a fitting size. */
export function verifyModule(module: Module): void {
  const sizes = new Map([...module.state].map(([name, { shape }]) => [name, elementCount(shape)]));
  const packOf = new Map<string, string>();
  for (const [pack, members] of module.packs ?? []) {
    let total = 0;
    for (const member of members) {
      const size = sizes.get(member);
      if (size === undefined) throw invalid(`pack ${pack}: ${member} is not declared`);
      if (packOf.has(member)) throw invalid(`${member} is in two packs`);
      packOf.set(member, pack);
      total += size;
    }
    sizes.set(pack, total);
  }
  const check = (name: string, type: TensorType, where: string) => {
    const size = sizes.get(name);
    if (size === undefined) throw invalid(`${where}: state ${name} is not declared`);
    if (elementCount(type.shape) !== size || type.dtype !== 'f32')
      throw invalid(`${where}: state ${name} has ${size} elements, used differently`);
  };
  for (const graph of Object.values(module.entries)) {
    verifyGraph(graph);
    const used = stateNames(graph);
    for (const name of used) {
      const pack = packOf.get(name);
      if (pack && used.has(pack)) throw invalid(`${graph.name} uses ${name} and its pack ${pack}`);
    }
    for (const node of nodesOf(graph))
      if (node.op === 'input' && node.attrs.role === 'state')
        check(node.attrs.name, node, graph.name);
    for (const { role, name, node } of graph.outputs)
      if (role === 'state') check(name, node, graph.name);
  }
}
