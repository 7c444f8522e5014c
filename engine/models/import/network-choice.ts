/**
 * Choice among several networks in a file: a checkpoint may contain teacher and student, or
 * averaged and plain weights, each as an entry or under a prefix of names.
 *
 * A network is recognised by its class token; the part of the name before that is the prefix of all
 * its tensors.
 */

import { StudioError } from '../../contract/errors.ts';
import { countOf } from '../../contract/number-text.ts';
import { elementCount } from '../../tensor/host-tensor.ts';

/** A dictionary of tensors somewhere in a file. */
export interface Entry {
  /** Keys of the dictionaries on the way, outermost first. */
  readonly path: readonly string[];
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

export interface FoundNetwork {
  readonly path: readonly string[];
  /** Prefix of the names of its tensors, after `unwrapped`, with the dot. */
  readonly root: string;
  readonly names: 'conmim' | 'huggingFace';
  /** Path and root joined, such as `state_dict_ema` or `teacher.backbone`; empty for the whole. */
  readonly label: string;
  /** Whether the weights are averages over training, such as a teacher's. */
  readonly averaged: boolean;
  readonly tensors: number;
  readonly parameters: number;
}

export interface ListedNetwork {
  readonly name: string;
  /** The value of `--network` that selects it. */
  readonly flag: string;
  readonly tensors: number;
  readonly parameters: number;
}

export interface Choice {
  readonly network: FoundNetwork;
  /** One sentence each. */
  readonly notes: readonly string[];
  /** A sentence for the model card; undefined where there was no choice. */
  readonly taken?: string;
}

const CLASS_TOKEN = /^(.*?)(embeddings\.)?(cls_token|class_token)$/;
const MOMENTS = /(^|\.)(exp_avg(_sq)?|optimizer\w*|momentum_buffer)\.$/;
const PATCHES = /^(embeddings\.)?(patch_embed(dings?)?|conv_proj)\b/;
/** Modules that only wrap another one, and prefix its names. */
const WRAPPERS =
  /(?<=^|\.)(_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module|_forward_module)\./g;
/** Parts of names, between dots and underscores, that mark averages. */
const AVERAGED = new Set([
  'teacher',
  'ema',
  'momentum',
  'target',
  'averaged',
  'average',
  'avg',
  'swa',
  'shadow',
  'k',
]);
/** Common names of both kinds, whatever the file's names are. */
const ROLES: ReadonlyMap<string, boolean> = new Map([
  ...['teacher', 'ema', 'averaged'].map((name) => [name, true] as const),
  ...['student', 'plain', 'model'].map((name) => [name, false] as const),
]);
/** Keys of networks in checkpoints, in order of preference, when none is an average. */
const ENTRIES = ['model', 'module', 'state_dict', 'model_state_dict'];

/** Names in the file → names without wrapping modules. */
export function unwrapped(names: Iterable<string>): ReadonlyMap<string, string> {
  const given = [...names];
  const short = new Map(given.map((name) => [name, name.replaceAll(WRAPPERS, '')]));
  const distinct = new Set(short.values()).size === short.size;
  return distinct ? short : new Map(given.map((name) => [name, name]));
}

export function findNetworks(entries: readonly Entry[]): readonly FoundNetwork[] {
  const found = entries.flatMap((entry) => networksIn(entry));
  const whole = found.filter(({ patches }) => patches);
  return whole.length > 0 ? whole : found;
}

function networksIn({ path, shapes }: Entry): (FoundNetwork & { readonly patches: boolean })[] {
  const names = [...unwrapped(shapes.keys())];
  const roots = names.flatMap(([, short]) => {
    const match = CLASS_TOKEN.exec(short);
    return match === null || MOMENTS.test(match[1]!) ? [] : [match];
  });
  return roots.map(([, root = '', embeddings]) => {
    // When one network contains another, the outer one has the remaining tensors.
    const inner = roots.map((match) => match[1]!).filter((other) => other.length > root.length);
    const own = names.filter(
      ([, short]) => short.startsWith(root) && !inner.some((other) => short.startsWith(other)),
    );
    const label = [...path, root.replace(/\.$/, '')].filter((part) => part !== '').join('.');
    return {
      path,
      root,
      label,
      names: embeddings === undefined ? 'conmim' : 'huggingFace',
      averaged: label.split(/[._]/).some((part) => AVERAGED.has(part.toLowerCase())),
      tensors: own.length,
      parameters: own.reduce((sum, [name]) => sum + elementCount(shapes.get(name)!), 0),
      patches: own.some(([, short]) => PATCHES.test(short.slice(root.length))),
    };
  });
}

/**
 * @param asked a name that `listNetworks` gives, a part of one, or `teacher`, `student`, `ema`;
 *   without it averaged weights are preferred, as in timm
 * @param label name of the file in errors
 * @throws StudioError `import-ambiguous`, `import-no-such-network`
 */
export function chooseNetwork(
  found: readonly FoundNetwork[],
  asked: string | undefined,
  label: string,
): Choice {
  const listed = listNetworks(found);
  const [only] = found;
  if (found.length === 1 && only !== undefined) {
    if (asked === undefined || matching(found, asked).length > 0)
      return { network: only, notes: [] };
    // The file does not tell which of both it is.
    const isOther = only.averaged || /(^|[._])(student|online)([._]|$)/.test(only.label);
    if (isOther || !ROLES.has(asked)) throw noSuchNetwork(asked, listed, label);
    const notes = [`The file holds one network; "${asked}" had nothing to choose from.`];
    return { network: only, notes };
  }
  const possible = asked === undefined ? preferred(found) : matching(found, asked);
  if (possible.length === 0 && asked !== undefined) throw noSuchNetwork(asked, listed, label);
  const [network] = possible;
  if (possible.length !== 1 || network === undefined) throw ambiguous(listed, label);
  const others = found.filter((each) => each !== network);
  const name = nameOf(network);
  const kind = network.averaged ? 'averaged weights' : 'weights';
  const taken = `The ${kind} "${name}" were taken of a file that also holds ${others.map((each) => `"${nameOf(each)}"`).join(', ')}.`;
  const flags = listed.filter((each) => each.name !== name).map(({ flag }) => `--network ${flag}`);
  const why =
    asked !== undefined ? '' : network.averaged ? ', averaged weights being preferred' : '';
  return {
    network,
    taken,
    notes: [
      `The file holds ${countOf(found.length, 'network')}: ${listed.map(describe).join('; ')}.`,
      `"${name}" was taken${why}; for ${others.length === 1 ? 'the other' : 'another'}: ${flags.join(', ')}.`,
    ],
  };
}

export function listNetworks(found: readonly FoundNetwork[]): readonly ListedNetwork[] {
  return found.map((network) => ({
    name: nameOf(network),
    flag: flagOf(network, found),
    tensors: network.tensors,
    parameters: network.parameters,
  }));
}

function preferred(found: readonly FoundNetwork[]): readonly FoundNetwork[] {
  const averaged = found.filter((each) => each.averaged);
  if (averaged.length > 0) return averaged;
  const entry = ENTRIES.find((name) => found.some(({ path }) => path[0] === name));
  return entry === undefined ? found : found.filter(({ path }) => path[0] === entry);
}

function matching(found: readonly FoundNetwork[], asked: string): readonly FoundNetwork[] {
  const name = asked.replace(/\.$/, '');
  const exact = found.filter(({ label }) => label === name);
  if (exact.length > 0) return exact;
  const parts = found.filter(({ label }) => `.${label}.`.includes(`.${name}.`));
  if (parts.length > 0) return parts;
  const role = ROLES.get(name);
  return role === undefined ? [] : found.filter(({ averaged }) => averaged === role);
}

const WHOLE_FILE = 'plain';

function nameOf({ label }: FoundNetwork): string {
  return label === '' ? WHOLE_FILE : label;
}

/** The first part of its name that no other network has, or all of it. */
function flagOf(network: FoundNetwork, found: readonly FoundNetwork[]): string {
  const parts = network.label.split('.').filter((part) => part !== '');
  const own = parts.find((part) => {
    const fitting = matching(found, part);
    return fitting.length === 1 && fitting[0] === network;
  });
  return own ?? nameOf(network);
}

function describe({ name, tensors, parameters }: ListedNetwork): string {
  return `"${name}" (${countOf(tensors, 'tensor')}, ${parameters.toLocaleString('en-US')} parameters)`;
}

function choices(listed: readonly ListedNetwork[]): string {
  return listed.map((each) => `${describe(each)}: --network ${each.flag}`).join('; ');
}

function ambiguous(listed: readonly ListedNetwork[], label: string): StudioError {
  return new StudioError(
    'import-ambiguous',
    `${label} holds ${countOf(listed.length, 'network')}, and nothing tells which is wanted. ${choices(listed)}.`,
    {
      advice: `Say which: conmim import FILE --network ${listed[0]!.flag} --out DIR; then use DIR.`,
      details: { networks: listed },
    },
  );
}

function noSuchNetwork(
  asked: string,
  listed: readonly ListedNetwork[],
  label: string,
): StudioError {
  return new StudioError(
    'import-no-such-network',
    `--network is "${asked.slice(0, 100)}", and ${label} holds no network of that name. It holds ${choices(listed)}.`,
    { advice: 'Give one of these, or leave --network out.', details: { networks: listed } },
  );
}
