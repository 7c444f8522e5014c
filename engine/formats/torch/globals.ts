/**
 * The Python names that a checkpoint may mention, and their replacements: functions from data to
 * data. Nothing is imported. A name without a rule that is data according to python-names.ts
 * becomes an opaque value; all other names are rejected, even if they are not called.
 */
import type { Work } from './limits.ts';
import { numpyDType, numpyScalar } from './numpy.ts';
import { OpaqueObject, UnreadTensor } from './opaque.ts';
import { requireDataName } from './python-names.ts';
import { asCount, Malformed, printable } from './refusals.ts';
import { STORAGE_CLASSES, type StorageTable, UNREAD_STORAGES } from './storages.ts';
import { planTensor, type TensorPlan } from './tensor-plans.ts';
import {
  isDictionary,
  isTensor,
  type TorchDictionary,
  type TorchOpaque,
  type TorchValue,
} from './values.ts';

/** State that the pickles of one file share. */
export interface PickleContext {
  readonly work: Work;
  readonly storages: StorageTable;
  readonly plans: TensorPlan[];
}

type Rule = (args: readonly TorchValue[], context: PickleContext) => TorchValue;

/** A permitted name, as mentioned in a pickle. */
export class GlobalName implements TorchOpaque {
  readonly kind = 'opaque';
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['collections.OrderedDict', orderedDictionary],
  ['collections.Counter', countsOf],
  ['collections.defaultdict', () => new Map()],
  ['argparse.Namespace', () => ({ kind: 'namespace', fields: new Map() })],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['torch._utils._rebuild_parameter_with_state', rebuildParameter],
  ['torch._utils._rebuild_tensor_v3', unreadTensor],
  ['torch._utils._rebuild_qtensor', () => new UnreadTensor('a quantised tensor')],
  ['torch._utils._rebuild_sparse_tensor', () => new UnreadTensor('a sparse tensor')],
  ['torch._tensor._rebuild_from_type_v2', rebuildSubclass],
  ['torch.Size', shape],
  ['torch.device', device],
  ['numpy.dtype', numpyDType],
  ['numpy.core.multiarray._reconstruct', () => new OpaqueObject('numpy.ndarray')],
  ['numpy._core.multiarray._reconstruct', () => new OpaqueObject('numpy.ndarray')],
  ['numpy.core.multiarray.scalar', numpyScalar],
  ['numpy._core.multiarray.scalar', numpyScalar],
  // Python 3 writes bytes for Python 2 as `encode('…', 'latin1')`.
  ['_codecs.encode', latin1Bytes],
]);

const TENSOR_MAKER = /^torch\._utils\._rebuild_/;

/** A call makes several small values, and a planned tensor takes more memory. */
const CALL_STEPS = 3;
const TENSOR_STEPS = 10;
/** A few bytes of a pickle can mention a long name many times. */
const CHARACTERS_A_STEP = 50;

/** @throws Refused for every name that is not data */
export function findGlobal(module: string, name: string, { work }: PickleContext): GlobalName {
  work.spend(1 + Math.ceil((module.length + name.length) / CHARACTERS_A_STEP));
  const full = `${module}.${name}`;
  if (!RULES.has(full) && !STORAGE_CLASSES.has(full)) requireDataName(module, name);
  return new GlobalName(full);
}

/**
 * The result of a call: of a name with a rule the rule's data, of others an opaque value without
 * the arguments.
 *
 * @throws Malformed when `callee` is not a function or the arguments do not fit
 */
export function callGlobal(
  callee: TorchValue,
  args: TorchValue,
  context: PickleContext,
): TorchValue {
  const isName = callee instanceof GlobalName;
  if (!isName && !(callee instanceof OpaqueObject))
    throw new Malformed('it calls what is not a function');
  const { name } = callee;
  if (STORAGE_CLASSES.has(name) || UNREAD_STORAGES.has(name))
    throw new Malformed(`it calls ${name}, which is not a function`);
  if (!Array.isArray(args)) throw new Malformed(`it calls ${printable(name)} without arguments`);
  context.work.spend(CALL_STEPS);
  const rule = isName ? RULES.get(name) : undefined;
  if (rule !== undefined) return rule(args, context);
  return TENSOR_MAKER.test(name)
    ? new UnreadTensor(`a tensor made by ${name}`)
    : new OpaqueObject(name);
}

/** Whether a call of `callee` uses its arguments. */
export function hasRule(callee: TorchValue): boolean {
  return (
    !(callee instanceof OpaqueObject) && !(callee instanceof GlobalName && !RULES.has(callee.name))
  );
}

/** Set an item; a second value for the same key is rejected as ambiguous. */
export function setItem(target: TorchDictionary, key: TorchValue, value: TorchValue): void {
  const text = keyText(key, target.size);
  const taken = target.has(text);
  if (taken && !LIKE_OTHERS.test(text))
    throw new Malformed(`the key ${printable(text)} occurs twice`);
  target.set(taken ? `(key ${target.size}, another ${text})` : text, value);
}

/**
 * Texts that equal the printed form of keys of other types: Python distinguishes `1` from `'1'`.
 * Tensors do not have such names.
 */
const LIKE_OTHERS = /^(-?\d+(\.\d+)?(e[+-]?\d+)?|-?Infinity|NaN|True|False|None)$/;

/**
 * Keys in Python's printed form, since optimizers number their parameters. Keys of other types
 * (tuples, enumeration members, paths) are numbered; they do not occur in networks.
 */
function keyText(key: TorchValue, number: number): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number' || typeof key === 'bigint') return String(key);
  if (typeof key === 'boolean') return key ? 'True' : 'False';
  if (key === null) return 'None';
  if (isDictionary(key)) throw new Malformed('a dictionary in it has a dictionary as key');
  return `(key ${number}, which is no text)`;
}

function orderedDictionary(args: readonly TorchValue[], context: PickleContext): TorchDictionary {
  const [pairs = []] = args;
  const dictionary: TorchDictionary = new Map();
  if (!Array.isArray(pairs)) throw new Malformed('an OrderedDict in it is not made of pairs');
  context.work.spend(pairs.length);
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new Malformed('an OrderedDict in it is not made of pairs');
    }
    setItem(dictionary, pair[0]!, pair[1]!);
  }
  return dictionary;
}

/** Arguments: counts, optional. */
function countsOf([counts]: readonly TorchValue[], context: PickleContext): TorchDictionary {
  if (counts === undefined || !isDictionary(counts)) return new Map();
  context.work.spend(counts.size);
  return new Map(counts);
}

/** Arguments: storage, offset, sizes, strides, whether it needs gradients, hooks, metadata. */
function rebuildTensor(args: readonly TorchValue[], context: PickleContext): TorchValue {
  if (args[0] instanceof UnreadTensor) return args[0];
  if (isNegated(args[6])) return new UnreadTensor('a tensor whose values are stored negated');
  const plan = planTensor(args[0], args[1], args[2], args[3]);
  context.work.spend(TENSOR_STEPS + plan.strides.length);
  context.plans.push(plan);
  return plan.tensor;
}

/** Views such as `x.conj().imag` store the viewed tensor and a flag. */
function isNegated(metadata: TorchValue | undefined): boolean {
  if (metadata === undefined || !isDictionary(metadata)) return false;
  return metadata.get('neg') === true || metadata.get('conj') === true;
}

/** Element types without a storage class; the seventh argument names them. */
function unreadTensor(args: readonly TorchValue[]): TorchValue {
  const dtype = args[6];
  const name = dtype instanceof GlobalName ? dtype.name : 'an unknown type';
  return new UnreadTensor(`a tensor of ${printable(name)}`);
}

/** Arguments: constructor of the tensor, its class, its parts, attributes of the class. */
function rebuildSubclass(args: readonly TorchValue[], context: PickleContext): TorchValue {
  const [how, , parts] = args;
  const plain = how instanceof GlobalName && how.name === 'torch._utils._rebuild_tensor_v2';
  if (plain && Array.isArray(parts)) return rebuildTensor(parts, context);
  return new UnreadTensor('a tensor of another class');
}

/** Arguments: the tensor, whether it needs gradients, hooks, attributes. */
function rebuildParameter([tensor]: readonly TorchValue[]): TorchValue {
  if (tensor instanceof UnreadTensor) return tensor;
  if (tensor === undefined || !isTensor(tensor)) throw new Malformed('a parameter has no tensor');
  return tensor;
}

function shape([sizes]: readonly TorchValue[], context: PickleContext): TorchValue {
  if (!Array.isArray(sizes)) throw new Malformed('a torch.Size in it has no sizes');
  context.work.spend(sizes.length);
  return sizes.map((size) => asCount(size, 'a torch.Size in it'));
}

/** `('cuda', 0)` → `cuda:0`. */
function device([type, index]: readonly TorchValue[]): TorchValue {
  if (typeof type !== 'string' || !/^[a-z]{1,20}(:\d{1,5})?$/.test(type)) {
    throw new Malformed('a torch.device in it has no type');
  }
  return index === undefined ? type : `${type}:${asCount(index, 'the index of a torch.device')}`;
}

function latin1Bytes(args: readonly TorchValue[], context: PickleContext): TorchValue {
  const [text, encoding] = args;
  if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) {
    throw new Malformed('it encodes a text other than as latin1');
  }
  context.work.spend(text.length);
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
