/**
 * Groups of nodes that one kernel computes: an elementwise op joins the kernel that computes one of
 * its operands, and then a value that nothing else needs is never written.
 *
 * A group runs at the place of its last node. So a group grows only while none of its values has
 * been read from outside.
 */
import { getOrMake } from '../contract/maps.ts';
import { sameShape } from '../ir/shapes.ts';
import type { Graph, Node } from '../ir/types.ts';
import { computeKind, isPointwise, type KernelTraits } from './kernel-traits.ts';
import type { ComputeKind } from './schedule.ts';
import type { Values } from './values.ts';

export interface Group {
  readonly kind: ComputeKind;
  /** each after its operands */
  readonly nodes: readonly Node[];
}

/** The group of each computed node. */
export function groupNodes(
  graph: Graph,
  values: Values,
  traits: KernelTraits,
): ReadonlyMap<Node, Group> {
  const groups = new Map<Node, Group>();
  const readers = countReaders(graph, values);
  /** Groups with a value that was read from outside. */
  const closed = new Set<Group>();
  const isOpen = (group: Group | undefined): group is Group =>
    group !== undefined && !closed.has(group);
  for (const node of values.order) {
    if (values.classOf(node) === 'leaf' || values.classOf(node) === 'alias') continue;
    let joined: Group | undefined;
    if (isPointwise(node)) {
      const candidates = [...new Set(node.inputs.map((input) => groups.get(input)))]
        .filter(isOpen)
        .filter((group) => fits(group, node, values, readers, traits))
        .sort((a, b) => rank(a) - rank(b));
      joined = candidates.reduce<Group | undefined>((whole, group) => {
        if (whole === undefined) return joins(group, node, traits) ? group : undefined;
        const both = merged(whole, group, values);
        return both !== undefined && traits.joins(both.nodes, node) ? both : whole;
      }, undefined);
    }
    const group: Group = joined
      ? { kind: joined.kind, nodes: [...joined.nodes, node] }
      : values.classOf(node) === 'computed'
        ? { kind: computeKind(node), nodes: [node] }
        : { kind: 'indexed', nodes: [] };
    const inside = new Set(group.nodes);
    for (const input of node.inputs) {
      const root = values.rootOf(input);
      const source = groups.get(root);
      if (source !== undefined && (!inside.has(root) || input !== root)) closed.add(source);
    }
    for (const member of group.nodes) groups.set(member, group);
  }
  return groups;
}

/** Products first, since an elementwise op joins only one of them. */
function rank(group: Group): number {
  return group.kind === 'product' ? 0 : 1;
}

/** How often each root is read, by kernels, copies and as an output. */
function countReaders(graph: Graph, values: Values): Map<Node, number> {
  const readers = new Map<Node, number>();
  const count = (node: Node) => {
    const root = values.rootOf(node);
    readers.set(root, getOrMake(readers, root, () => 0) + 1);
  };
  for (const node of values.order)
    if (values.classOf(node) !== 'alias') for (const input of new Set(node.inputs)) count(input);
  for (const { node } of graph.outputs) count(node);
  return readers;
}

function fits(
  { kind, nodes }: Group,
  node: Node,
  values: Values,
  readers: ReadonlyMap<Node, number>,
  { writesBetween }: KernelTraits,
): boolean {
  const last = nodes.at(-1)!;
  // A kernel does not read its own values in another view.
  const turned = node.inputs.filter((input) => values.rootOf(input) !== input);
  if (turned.some((input) => nodes.includes(values.rootOf(input)))) return false;
  if (kind === 'reduction' || kind === 'indexed') return false;
  if (!sameShape(last.shape, node.shape)) return false;
  const used = nodes.filter((member) => node.inputs.includes(member));
  if (kind !== 'elementwise' || !writesBetween)
    return used.length === 1 && used[0] === last && readers.get(last) === 1;
  return true;
}

function joins({ kind, nodes }: Group, node: Node, traits: KernelTraits): boolean {
  return kind === 'composite' ? traits.follows?.(nodes, node) === true : traits.joins(nodes, node);
}

/** Two groups of elementwise ops as one; undefined for others. */
function merged(a: Group, b: Group, values: Values): Group | undefined {
  if (a.kind !== 'elementwise' || b.kind !== 'elementwise') return undefined;
  const members = new Set([...a.nodes, ...b.nodes]);
  return { kind: 'elementwise', nodes: values.order.filter((node) => members.has(node)) };
}
