/**
 * An entry of a module: a graph whose type has the names of its feeds and results. A program that
 * is compiled from it accepts no others.
 */
import type { FeedData, Feeds, Graph, GraphOutput, Node } from './types.ts';

/** Inputs by name; undefined where the settings of a module leave one out. */
type FedNodes = Readonly<Record<string, Node<'input'> | undefined>>;

/** The feeds of a run, optional where the input may be undefined. */
type FeedsBy<N extends FedNodes> = {
  readonly [K in keyof N as undefined extends N[K] ? never : K]: FeedData;
} & { readonly [K in keyof N as undefined extends N[K] ? K : never]?: FeedData | undefined };

interface EntryOutputs<R extends string> {
  readonly results?: Readonly<Record<R, Node>>;
  /** Results whose last product is computed in float32 in every precision. */
  readonly inFloat32?: readonly R[];
  readonly state?: readonly GraphOutput[];
  /** Results whose names are known only while the program runs. */
  readonly taps?: readonly GraphOutput[];
}

/** Make an entry. Without `feeds`, their names are known only at run time. */
export function entry<R extends string = never>(
  name: string,
  outputs: EntryOutputs<R>,
): Graph<Feeds, R>;
export function entry<N extends FedNodes, R extends string = never>(
  name: string,
  outputs: EntryOutputs<R> & { readonly feeds: N },
): Graph<FeedsBy<N>, R>;
export function entry(
  name: string,
  {
    feeds = {},
    results = {},
    inFloat32 = [],
    state = [],
    taps = [],
  }: EntryOutputs<string> & { feeds?: FedNodes },
): Graph {
  for (const [key, node] of Object.entries(feeds))
    if (node !== undefined && node.attrs.name !== key)
      throw new Error(`${name}: the input ${node.attrs.name} is listed as ${key}`);
  const found = Object.entries(results).map(
    ([key, node]): GraphOutput => ({
      name: key,
      role: 'result',
      node,
      ...(inFloat32.includes(key) && { isFloat32: true }),
    }),
  );
  return { name, outputs: [...found, ...state, ...taps] };
}

export function nextState(name: string, node: Node): GraphOutput {
  return { name, role: 'state', node };
}
