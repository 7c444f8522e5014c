/**
 * The names that a checkpoint may ask for, and what stands for them here: functions from data to data.
 * Python would import these names and call them; here nothing is imported, and every other name is
 * refused, whether or not it would be called.
 */
import type { Work } from './limits.ts';
import { NumpyDType, numpyScalar } from './numpy.ts';
import { asCount, Malformed, printable, Refused } from './refusals.ts';
import { STORAGE_CLASSES, type StorageTable } from './storages.ts';
import { planTensor, type TensorPlan } from './tensor-plans.ts';
import { isTensor, type TorchDictionary, type TorchOpaque, type TorchValue } from './values.ts';

/** What the pickles of one file have in common. */
export interface PickleContext {
  readonly work: Work;
  readonly storages: StorageTable;
  readonly plans: TensorPlan[];
}

type Rule = (args: readonly TorchValue[], context: PickleContext) => TorchValue;

/** A permitted name, where the pickle mentions it. */
export class GlobalName implements TorchOpaque {
  readonly kind = 'opaque';
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['collections.OrderedDict', orderedDictionary],
  ['argparse.Namespace', () => ({ kind: 'namespace', fields: new Map() })],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['torch._utils._rebuild_parameter_with_state', rebuildParameter],
  ['torch.Size', shape],
  ['torch.device', device],
  ['numpy.dtype', (args) => new NumpyDType(args)],
  ['numpy.core.multiarray.scalar', numpyScalar],
  ['numpy._core.multiarray.scalar', numpyScalar],
  // Bytes, in the pickles of Python 3 for Python 2: `encode('…', 'latin1')`.
  ['_codecs.encode', latin1Bytes],
]);

/** What calls make takes the memory of several small values; a planned tensor that of more. */
const CALL_STEPS = 3;
const TENSOR_STEPS = 10;
const OTHER_STORAGE = /^torch\.(cuda\.)?\w*Storage$/;

/** @throws Refused for every name that is not permitted */
export function findGlobal(module: string, name: string): GlobalName {
  const full = `${module}.${name}`;
  if (RULES.has(full) || STORAGE_CLASSES.has(full)) return new GlobalName(full);
  if (OTHER_STORAGE.test(full))
    throw new Malformed(`it uses ${printable(full)}, which is not supported`);
  throw new Refused(full);
}

/** @throws Malformed when `callee` is not a permitted function or the arguments do not suit it */
export function callGlobal(
  callee: TorchValue,
  args: TorchValue,
  context: PickleContext,
): TorchValue {
  if (!(callee instanceof GlobalName)) throw new Malformed('it calls what is not a function');
  const rule = RULES.get(callee.name);
  if (rule === undefined) throw new Malformed(`it calls ${callee.name}, which is not a function`);
  if (!Array.isArray(args)) throw new Malformed(`it calls ${callee.name} without arguments`);
  context.work.spend(CALL_STEPS);
  return rule(args, context);
}

/** Enter a pair; a second value for the same key is refused, since which was meant cannot be known. */
export function setItem(target: TorchDictionary, key: TorchValue, value: TorchValue): void {
  const text = keyText(key);
  if (target.has(text)) throw new Malformed(`the key ${printable(text)} occurs twice`);
  target.set(text, value);
}

/** Keys as Python prints them; optimizers number their parameters, so not all keys are texts. */
function keyText(key: TorchValue): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number' || typeof key === 'bigint') return String(key);
  if (typeof key === 'boolean') return key ? 'True' : 'False';
  if (key === null) return 'None';
  throw new Malformed('a dictionary in it has a key that is neither text nor number');
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

/** Arguments: storage, offset, sizes, strides, whether it needs gradients, hooks, metadata. */
function rebuildTensor(args: readonly TorchValue[], context: PickleContext): TorchValue {
  const plan = planTensor(args[0], args[1], args[2], args[3]);
  context.work.spend(TENSOR_STEPS + plan.strides.length);
  context.plans.push(plan);
  return plan.tensor;
}

/** Arguments: the tensor, whether it needs gradients, hooks, attributes. */
function rebuildParameter([tensor]: readonly TorchValue[]): TorchValue {
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
