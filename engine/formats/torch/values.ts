/**
 * What a PyTorch checkpoint holds, as plain data.
 *
 * Dictionaries are ordered maps with string keys (`__proto__` is a key like any other), lists, tuples
 * and sets are arrays, whole numbers beyond 2^53 are bigint. The tree that a reader returns has no
 * circles, bounded depth and a bounded size when walked without care (see survey.ts).
 */
import type { HostTensor } from '../../tensor/host-tensor.ts';

export type TorchValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | TorchValue[]
  | TorchDictionary
  | TorchNamespace
  | TorchOpaque
  | HostTensor;

export type TorchDictionary = Map<string, TorchValue>;

/** An `argparse.Namespace`: the settings that a training script was started with. */
export interface TorchNamespace {
  readonly kind: 'namespace';
  readonly fields: TorchDictionary;
}

/** Something that has a name and no value here: a class, a storage without tensor, a numpy dtype. */
export interface TorchOpaque {
  readonly kind: 'opaque';
  /** Such as `torch.FloatStorage`. */
  readonly name: string;
}

export function isDictionary(value: TorchValue): value is TorchDictionary {
  return value instanceof Map;
}

export function isNamespace(value: TorchValue): value is TorchNamespace {
  return isRecord(value) && 'kind' in value && value.kind === 'namespace';
}

export function isTensor(value: TorchValue): value is HostTensor {
  return isRecord(value) && 'dtype' in value;
}

function isRecord(value: TorchValue): value is TorchNamespace | TorchOpaque | HostTensor {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Map) &&
    !(value instanceof Uint8Array)
  );
}

/** The values directly inside `value`. */
export function childrenOf(value: TorchValue): Iterable<TorchValue> {
  if (Array.isArray(value)) return value;
  if (isDictionary(value)) return value.values();
  return isNamespace(value) ? value.fields.values() : [];
}
