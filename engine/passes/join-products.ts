/**
 * Products with neighbouring rows of one weight as one product: those for query, key and value of an attention,
 * which read one operand, and the gradient of that operand, which is the sum of three. Their results become
 * slices, and the operands of a sum a concat, so this is for executors that read and write in views.
 */
import { getOrMake } from '../contract/maps.ts';
import * as ir from '../ir/builder.ts';
import { CATALOGUE } from '../ir/catalogue.ts';
import { nodesOf, usersOf, withInputs } from '../ir/graph.ts';
import type { Graph, GraphOutput, Node } from '../ir/types.ts';

/** Readers of each node; an output is one of its own. */
type Users = ReadonlyMap<Node, readonly Node[]>;

export function joinProducts(graph: Graph): Graph {
  const order = nodesOf(graph);
  const users = usersOf(order);
  for (const { node } of graph.outputs) users.get(node)!.push(node);
  const layers = layersOf(order, users);
  const done = new Map<Node, Node>();
  /** What stands for a node; of operands that come later in the order it is made here. */
  const visit = (node: Node): Node => {
    const known = done.get(node);
    if (known !== undefined) return known;
    const made = replacement(node) ?? plain(node);
    done.set(node, made);
    return made;
  };
  const plain = (node: Node) => {
    const inputs = node.inputs.map(visit);
    return inputs.some((input, i) => input !== node.inputs[i]) ? withInputs(node, inputs) : node;
  };
  const joined = new Map<readonly Layer[], Node>();
  const replacement = (node: Node): Node | undefined => {
    const found = layers.get(node);
    if (found === undefined) return joinSum(node, users, visit);
    const whole = getOrMake(joined, found, () => joinLayers(found, visit));
    const first = found[0]!.start;
    const own = found.find((layer) => layer.node === node)!;
    return ir.slice(whole, 1, own.start - first, own.end - first);
  };
  for (const node of order) visit(node);
  const outputs = graph.outputs.map(
    (output): GraphOutput => ({ ...output, node: done.get(output.node)! }),
  );
  return { ...graph, outputs };
}

/** Rows of a weight. */
interface Rows {
  readonly base: Node;
  readonly start: number;
  readonly end: number;
}

interface Layer extends Rows {
  readonly node: Node;
}

/** Linear layers of one operand with neighbouring rows of one weight, in their order there. */
function layersOf(order: readonly Node[], users: Users): Map<Node, readonly Layer[]> {
  const families = new Map<string, Layer[]>();
  for (const node of order) {
    const [x, weight, bias] = node.inputs as [Node, Node, Node?];
    if (node.op !== 'linear' || x.shape.length !== 2) continue;
    const rows = rowsOf(weight);
    const isFixed = rows !== undefined && isOfLeaves(rows.base) && (!bias || isOfLeaves(bias));
    if (isFixed && entersProducts(node, users))
      getOrMake(families, `${x.id} ${rows.base.id}`, () => []).push({ ...rows, node });
  }
  const layers = new Map<Node, readonly Layer[]>();
  for (const family of families.values())
    for (const run of neighbours(family)) for (const { node } of run) layers.set(node, run);
  return layers;
}

/** Runs of at least two of which each begins where the one before ends. */
function neighbours<T extends Rows>(family: readonly T[]): T[][] {
  const runs: T[][] = [];
  for (const one of [...family].sort((a, b) => a.start - b.start)) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1)!.end === one.start) run.push(one);
    else runs.push([one]);
  }
  return runs.filter((run) => run.length > 1);
}

function rowsOf(weight: Node): Rows | undefined {
  if (weight.op !== 'slice' || weight.shape.length !== 2) return undefined;
  const base = weight.inputs[0]!;
  const { starts, ends } = (weight as Node<'slice'>).attrs;
  const isOfRows = starts[1] === 0 && ends[1] === base.shape[1];
  return isOfRows ? { base, start: starts[0]!, end: ends[0]! } : undefined;
}

function isOfLeaves({ op, inputs }: Node): boolean {
  const { kind } = CATALOGUE[op];
  return kind === 'leaf' || (kind === 'movement' && inputs.every(isOfLeaves));
}

/** Whether products alone read a value, which they can in another order of axes or as a part. */
function entersProducts(node: Node, users: Users): boolean {
  return users.get(node)!.every((user) => {
    if (user.op === 'matmul' || user.op === 'linear') return true;
    const isView = user.op === 'reshape' || user.op === 'transpose';
    return isView && user !== node && entersProducts(user, users);
  });
}

function joinLayers(layers: readonly Layer[], visit: (node: Node) => Node): Node {
  const [{ base, start, node }] = layers as [Layer, ...Layer[]];
  const weight = ir.slice(visit(base), 0, start, layers.at(-1)!.end);
  const hasBias = layers.some((layer) => layer.node.inputs[2] !== undefined);
  const parts = layers.map((layer) => {
    const bias = layer.node.inputs[2];
    const width = layer.end - layer.start;
    return bias ? visit(bias) : ir.constant(new Float32Array(width), [width]);
  });
  return ir.linear(visit(node.inputs[0]!), weight, hasBias ? ir.concat(parts, 0) : undefined);
}

/** A sum with products by neighbouring rows of a weight: the gradient of their common operand. */
function joinSum(node: Node, users: Users, visit: (node: Node) => Node): Node | undefined {
  if (node.op !== 'add' || node.shape.length !== 2) return undefined;
  const [user, ...more] = users.get(node)!;
  const isInner = user !== node && user!.op === 'add' && more.length === 0;
  if (isInner) return undefined;
  const terms = termsOf(node, users);
  const families = new Map<Node, (Rows & { readonly term: Node })[]>();
  for (const term of terms) {
    const rows = rowsOfProduct(term, users);
    if (rows !== undefined) getOrMake(families, rows.base, () => []).push({ ...rows, term });
  }
  const runs = [...families.values()].flatMap((family) => neighbours(family));
  if (runs.length === 0) return undefined;
  const taken = new Set(runs.flat().map(({ term }) => term));
  const products = runs.map((run) => {
    const wide = ir.concat(
      run.map(({ term }) => visit(term.inputs[0]!)),
      1,
    );
    return ir.matmul(wide, ir.slice(visit(run[0]!.base), 0, run[0]!.start, run.at(-1)!.end));
  });
  const others = terms.filter((term) => !taken.has(term)).map(visit);
  return [...products, ...others].reduce((total, term) => ir.add(total, term));
}

/** What is added up, of one shape; sums that others read too stay as they are. */
function termsOf(node: Node, users: Users): Node[] {
  return node.inputs.flatMap((input) =>
    input.op === 'add' &&
    users.get(input)!.length === 1 &&
    String(input.shape) === String(node.shape)
      ? termsOf(input, users)
      : [input],
  );
}

function rowsOfProduct(node: Node, users: Users): Rows | undefined {
  if (node.op !== 'matmul' || users.get(node)!.length > 1) return undefined;
  const { transA, transB, alpha } = (node as Node<'matmul'>).attrs;
  return transA || transB || alpha !== 1 ? undefined : rowsOf(node.inputs[1]!);
}
