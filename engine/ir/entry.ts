/**
 * A way into a module, with the names of what it takes and gives in its type: a program that is compiled
 * from it is run with these feeds and has these results, or it does not compile.
 */
import type { FeedData, Feeds, Graph, Node, Output } from './types.ts';

/** Inputs by their names; undefined where a module has one only by its settings. */
type FedNodes = Readonly<Record<string, Node<'input'> | undefined>>;

/** What a run is fed: optional where the input may be undefined. */
type FeedsBy<N extends FedNodes> = {
  readonly [K in keyof N as undefined extends N[K] ? never : K]: FeedData;
} & { readonly [K in keyof N as undefined extends N[K] ? K : never]?: FeedData | undefined };

interface EntryOutputs<R extends string> {
  readonly results?: Readonly<Record<R, Node>>;
  /** Next values of state tensors. */
  readonly state?: readonly Output[];
  /** Results whose names are known only while the program runs. */
  readonly taps?: readonly Output[];
}

/** Without `feeds` their names are known only while the program runs. */
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
  { feeds = {}, results = {}, state = [], taps = [] }: EntryOutputs<string> & { feeds?: FedNodes },
): Graph {
  for (const [key, node] of Object.entries(feeds))
    if (node !== undefined && node.attrs.name !== key)
      throw new Error(`${name}: the input ${node.attrs.name} is listed as ${key}`);
  const found = Object.entries(results).map(
    ([key, node]): Output => ({ name: key, role: 'result', node }),
  );
  return { name, outputs: [...found, ...state, ...taps] };
}

/** The next value of a state tensor. */
export function nextState(name: string, node: Node): Output {
  return { name, role: 'state', node };
}
