/** Storages, the blocks of elements that tensors are views of, as a file's pickle names them. */
import { HOST_ARRAYS, type HostDType } from '../../tensor/host-tensor.ts';
import { UnreadTensor } from './opaque.ts';
import { asCount, Malformed, printable } from './refusals.ts';
import type { TorchOpaque, TorchValue } from './values.ts';

export const STORAGE_CLASSES: ReadonlyMap<string, HostDType> = new Map([
  ['torch.DoubleStorage', 'f64'],
  ['torch.FloatStorage', 'f32'],
  ['torch.HalfStorage', 'f16'],
  ['torch.BFloat16Storage', 'bf16'],
  ['torch.LongStorage', 'i64'],
  ['torch.IntStorage', 'i32'],
  ['torch.ShortStorage', 'i16'],
  ['torch.CharStorage', 'i8'],
  ['torch.ByteStorage', 'u8'],
  ['torch.BoolStorage', 'bool'],
  ['torch.storage.UntypedStorage', 'u8'],
  ['torch.storage._UntypedStorage', 'u8'],
]);

/** Bytes per element of storage classes with unsupported element types. */
export const UNREAD_STORAGES: ReadonlyMap<string, number> = new Map([
  ['torch.ComplexHalfStorage', 4],
  ['torch.ComplexFloatStorage', 8],
  ['torch.ComplexDoubleStorage', 16],
  ['torch.QInt8Storage', 1],
  ['torch.QUInt8Storage', 1],
  ['torch.QInt32Storage', 4],
  ['torch.QUInt4x2Storage', 1],
  ['torch.QUInt2x4Storage', 1],
]);

export interface StorageRecord {
  readonly key: string;
  readonly dtype: HostDType;
  readonly count: number;
  /** Bytes per element of an unsupported type; such storages are skipped. */
  readonly unreadBytes?: number;
}

/** A storage, or a part of it, as mentioned in the pickle. */
export class StorageView implements TorchOpaque {
  readonly kind = 'opaque';
  readonly name: string;
  readonly storage: StorageRecord;
  /** First element of the part, and its number of elements. */
  readonly offset: number;
  readonly count: number;

  constructor(storage: StorageRecord, offset: number, count: number) {
    this.name = `torch storage ${printable(storage.key)}`;
    this.storage = storage;
    this.offset = offset;
    this.count = count;
  }
}

export type StorageTable = Map<string, StorageRecord>;

export function storageBytes(storage: StorageRecord): number {
  return storage.count * (storage.unreadBytes ?? HOST_ARRAYS[storage.dtype].BYTES_PER_ELEMENT);
}

/**
 * The storage that a persistent id names: `('storage', class, key, location, count)`, in the legacy
 * format followed by null or by `(key of the view, offset, count)`. It is added to `table`.
 *
 * PyTorch before 1.6 also writes `('module', class, file, source)` for the class of a network; this
 * yields the class alone.
 *
 * @returns an unread tensor in place of a storage with an unsupported element type
 * @throws Malformed when the id is of another kind or contradicts an earlier one
 */
export function mentionStorage(
  id: TorchValue,
  table: StorageTable,
): StorageView | UnreadTensor | TorchOpaque {
  if (Array.isArray(id) && id[0] === 'module' && id.length === 4 && isOpaque(id[1])) return id[1];
  if (!Array.isArray(id) || id[0] !== 'storage' || id.length < 5 || id.length > 6) {
    throw new Malformed('it refers to something outside the pickle that is not a storage');
  }
  const [, type, key, , size, part = null] = id;
  // Before PyTorch 0.4, storages on graphics cards had other classes.
  const name = ((type as TorchOpaque | null)?.name ?? '').replace(/^torch\.cuda\./, 'torch.');
  const unreadBytes = UNREAD_STORAGES.get(name);
  const dtype = STORAGE_CLASSES.get(name) ?? (unreadBytes === undefined ? undefined : 'u8');
  if (dtype === undefined || typeof key !== 'string') {
    throw new Malformed('it describes a storage without a known class and key');
  }
  const shown = printable(key);
  const count = asCount(size, `the size of storage ${shown}`);
  const earlier = table.get(key);
  const differs = earlier?.dtype !== dtype || earlier.count !== count;
  if (earlier && (differs || earlier.unreadBytes !== unreadBytes)) {
    throw new Malformed(`it describes storage ${shown} in two ways`);
  }
  const storage = earlier ?? {
    key,
    dtype,
    count,
    ...(unreadBytes === undefined ? {} : { unreadBytes }),
  };
  asCount(storageBytes(storage), `the size of storage ${shown} in bytes`);
  table.set(key, storage);
  if (unreadBytes !== undefined) return new UnreadTensor(`a tensor of ${name}`);
  if (part === null) return new StorageView(storage, 0, count);
  if (!Array.isArray(part) || part.length !== 3) {
    throw new Malformed(`it describes no usable part of storage ${shown}`);
  }
  const from = asCount(part[1], `the start of a part of storage ${shown}`);
  const length = asCount(part[2], `the size of a part of storage ${shown}`);
  if (from + length > count) {
    throw new Malformed(`a part of storage ${shown} ends at ${from + length} of ${count} elements`);
  }
  return new StorageView(storage, from, length);
}

export function isOpaque(value: TorchValue | undefined): value is TorchOpaque {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'opaque';
}
