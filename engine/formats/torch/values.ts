/**
 * Values of a PyTorch checkpoint as plain data.
 *
 * Dictionaries are ordered maps with string keys (`__proto__` is an ordinary key), lists, tuples
 * and sets are arrays, integers beyond 2^53 are bigint. The tree that a reader returns has no
 * cycles, bounded depth and a bounded size when walked as a tree (survey.ts).
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

/** An `argparse.Namespace`: the settings of a training script. */
export interface TorchNamespace {
  readonly kind: 'namespace';
  readonly fields: TorchDictionary;
}

/** A value with a name and no content: a class, a storage without tensor, a numpy dtype. */
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

export function childrenOf(value: TorchValue): Iterable<TorchValue> {
  if (Array.isArray(value)) return value;
  if (isDictionary(value)) return value.values();
  return isNamespace(value) ? value.fields.values() : [];
}
