/**
 * Reading of a file of weights, by its content: safetensors, a PyTorch checkpoint, or an index of
 * parts. Of a checkpoint only the network is read.
 *
 * @source BEiT's and the authors' scripts save `model`, DeepSpeed `module`, Lightning `state_dict`,
 *   timm `state_dict_ema` and `model_ema` for averaged weights
 */
import { StudioError } from '../../contract/errors.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { UnreadTensor } from '../../formats/torch/opaque.ts';
import { printable } from '../../formats/torch/refusals.ts';
import { collectTensors } from '../../formats/torch/state-dictionary.ts';
import { isOpaque } from '../../formats/torch/storages.ts';
import { readTorchFile } from '../../formats/torch/torch-file.ts';
import {
  isDictionary,
  isNamespace,
  isTensor,
  type TorchDictionary,
  type TorchValue,
} from '../../formats/torch/values.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import { kindOf } from './foreign-files.ts';
import {
  type Choice,
  chooseNetwork,
  type Entry,
  type FoundNetwork,
  findNetworks,
} from './network-choice.ts';
import { partsOf, requireAll } from './weights-parts.ts';

export interface WeightsFile {
  readonly tensors: NamedTensors;
  /** Undefined where none was found. */
  readonly network: FoundNetwork | undefined;
  /** Roots of all networks in `tensors`. */
  readonly roots: readonly string[];
  /** Which of several networks was taken, for a model card. */
  readonly taken: string | undefined;
  /** Names of tensors of unsupported types → the type. */
  readonly unread: ReadonlyMap<string, string>;
  readonly beside: readonly string[];
  /** Names of all tensors of a file without a network, to identify it. */
  readonly allNames: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** The settings of the training script, if the checkpoint has them. */
  readonly settings?: TorchDictionary;
  /** Omissions and assumptions, one sentence each. */
  readonly notes: readonly string[];
}

/** Names of tensors of networks; a value with such a name is taken as a tensor. */
const TENSOR_NAME = /(weight|bias|_token|pos_embed\w*|gamma(_\d)?|lambda_?\d?|_table)$/;
const INSIDE_MODULE = /\.|^(pos_embed|\w+_token)$/;
/** Deepest nesting of networks in the dictionaries of a checkpoint. */
const MAX_DEPTH = 4;
/** Entries with numbers about a network that are not one. */
const NO_NETWORK = /^(optim|opt$|scheduler|lr_sched|scaler|amp|rng|loss)/i;

/**
 * @param network which network of several; see network-choice.ts
 * @throws StudioError `import-not-weights`, `import-ambiguous`, `import-no-such-network`; errors of
 *   the readers
 */
export async function readWeightsFile(
  file: string,
  network: string | undefined,
): Promise<WeightsFile> {
  const kind = await kindOf(file);
  if (kind !== 'torch') {
    const { tensors, metadata } =
      kind === 'index' ? await readParts(file) : await readSafetensors(file);
    const found = findNetworks([{ path: [], shapes: shapesOf(tensors) }]);
    const choice = found.length === 0 ? undefined : chooseNetwork(found, network, file);
    return { ...chosen(choice, found, choice?.notes ?? []), tensors, metadata };
  }
  return readTorch(file, network);
}

async function readTorch(file: string, network: string | undefined): Promise<WeightsFile> {
  let entries: readonly DictionaryEntry[] = [];
  let found: readonly FoundNetwork[] = [];
  let choice: Choice | undefined;
  let whole: TorchValue = null;
  let entry: DictionaryEntry | undefined;
  const { value } = await readTorchFile(file, {
    select(all) {
      whole = all;
      entries = dictionariesIn(all);
      found = findNetworks(entries);
      if (found.length > 0) choice = chooseNetwork(found, network, file);
      const path = choice?.network.path;
      entry =
        path === undefined
          ? [...entries].sort((a, b) => b.shapes.size - a.shapes.size)[0]
          : entries.find((each) => each.path.join('\n') === path.join('\n'));
      return entry?.dictionary ?? all;
    },
  });
  if (entry === undefined && isDictionary(whole)) throw noDictionary(whole, file);
  const { tensors, others } = collectTensors(value, file);
  const unread = new Map<string, string>();
  for (const name of others) {
    const other = (value as TorchDictionary).get(name)!;
    const what = whatInstead(name, other);
    if (what !== undefined) unread.set(name, what);
  }
  const settings = settingsOf(whole);
  return {
    ...chosen(choice, found, [...whereNotes(whole, entry), ...(choice?.notes ?? [])]),
    tensors,
    metadata: {},
    unread,
    beside: others,
    ...(choice === undefined
      ? { allNames: entries.flatMap(({ shapes }) => [...shapes.keys()]) }
      : {}),
    ...(settings === undefined ? {} : { settings }),
  };
}

/** A description of a value in place of a tensor; undefined where none is expected. */
function whatInstead(name: string, value: TorchValue): string | undefined {
  if (value instanceof UnreadTensor) return printable(value.name);
  if (!TENSOR_NAME.test(name) || value === null) return undefined;
  if (isOpaque(value)) return printable(value.name);
  // Settings such as `loss_weight` may be stored beside tensors; their names have no modules.
  if (!INSIDE_MODULE.test(name)) return undefined;
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Uint8Array) return 'bytes';
  return isDictionary(value) ? undefined : `a ${typeof value === 'string' ? 'text' : 'number'}`;
}

function chosen(
  choice: Choice | undefined,
  found: readonly FoundNetwork[],
  notes: readonly string[],
): Omit<WeightsFile, 'tensors' | 'metadata'> {
  const path = choice?.network.path.join('\n');
  return {
    network: choice?.network,
    taken: choice?.taken,
    notes,
    roots: found.filter((each) => each.path.join('\n') === path).map(({ root }) => root),
    unread: new Map(),
    beside: [],
    allNames: [],
  };
}

interface DictionaryEntry extends Entry {
  readonly dictionary: TorchDictionary;
}

/** All dictionaries with tensors, outer ones first. */
function dictionariesIn(
  value: TorchValue,
  path: readonly string[] = [],
): readonly DictionaryEntry[] {
  if (!isDictionary(value) || path.length > MAX_DEPTH) return [];
  const tensors = [...value].filter(([, each]) => isTensor(each)) as [string, HostTensor][];
  const shapes = new Map(tensors.map(([name, { shape }]) => [name, shape]));
  const own = shapes.size === 0 ? [] : [{ path, shapes, dictionary: value }];
  const inner = [...value]
    .filter(([name, each]) => isDictionary(each) && !NO_NETWORK.test(name))
    .flatMap(([name, each]) => dictionariesIn(each, [...path, name]));
  return [...own, ...inner];
}

function shapesOf(tensors: NamedTensors): ReadonlyMap<string, readonly number[]> {
  return new Map([...tensors].map(([name, { shape }]) => [name, shape]));
}

/** Sentences about the position of the network in the file, and about other content. */
function whereNotes(whole: TorchValue, entry: DictionaryEntry | undefined): string[] {
  const [first] = entry?.path ?? [];
  if (entry === undefined || first === undefined || !isDictionary(whole)) return [];
  const others = [...whole.keys()].filter((name) => name !== first && name !== 'args');
  const beside = others.length > 0 ? `; not used: ${others.map(printable).join(', ')}` : '';
  return [`The network is the file's entry "${entry.path.map(printable).join('.')}"${beside}.`];
}

function settingsOf(whole: TorchValue): TorchDictionary | undefined {
  if (!isDictionary(whole)) return undefined;
  const args = whole.get('args');
  return args !== undefined && isNamespace(args) ? args.fields : undefined;
}

/** An error for a checkpoint without readable tensors, which describes its content. */
function noDictionary(whole: TorchDictionary, file: string): StudioError {
  const found = [...whole].flatMap(([name, value]) => {
    const inside = isDictionary(value) ? [...value.values()] : [value];
    const first = inside.find(isOpaque);
    return first === undefined ? [] : [{ name, value: first }];
  });
  const shown = found
    .slice(0, 3)
    .map(({ name, value }) => `${printable(name)}: ${printable(value.name)}`)
    .join('; ');
  const names = [...whole.keys()].slice(0, 5).map(printable).join(', ');
  const first = found[0]?.value;
  const what =
    first === undefined
      ? `no tensors that are read here, but: ${names === '' ? 'nothing' : names}`
      : first instanceof UnreadTensor
        ? `tensors of types that are not read (${shown})`
        : first.name === 'numpy.ndarray'
          ? `NumPy arrays, which are not read, instead of tensors (${shown})`
          : `objects of classes, which are not read, instead of tensors by name (${shown})`;
  return new StudioError('import-nothing-matched', `${file} holds ${what}.`, {
    advice:
      'Save the state dictionary of the network, with tensors of 16, 32 or 64 bits and not the network itself: torch.save(model.state_dict(), FILE).',
  });
}

/** Read the parts that an index names as one file. */
async function readParts(file: string) {
  const tensors = new Map<string, HostTensor>();
  const metadata: Record<string, string> = {};
  for (const [part, names] of await partsOf(file)) {
    const its = /\.safetensors$/i.test(part)
      ? await readSafetensors(part)
      : { ...collectTensors((await readTorchFile(part)).value, part), metadata: {} };
    requireAll(part, names, its.tensors);
    for (const name of names) tensors.set(name, its.tensors.get(name)!);
    Object.assign(metadata, its.metadata);
  }
  return { tensors, metadata };
}
