/** Storages, the blocks of elements that tensors are views of, as the pickle of a file mentions them. */
import type { HostData, HostDType } from '../../tensor/host-tensor.ts';
import { asCount, Malformed, printable } from './refusals.ts';
import type { TorchOpaque, TorchValue } from './values.ts';

interface ElementArray {
  new (buffer: ArrayBuffer): HostData;
  readonly BYTES_PER_ELEMENT: number;
}

/** How elements lie in memory; total, so that a new dtype cannot be forgotten. */
export const ARRAYS: Record<HostDType, ElementArray> = {
  f64: Float64Array,
  f32: Float32Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  i64: BigInt64Array,
  i32: Int32Array,
  i16: Int16Array,
  i8: Int8Array,
  u8: Uint8Array,
  bool: Uint8Array,
};

/** Classes of storages → what they hold. */
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
]);

export interface StorageRecord {
  readonly key: string;
  readonly dtype: HostDType;
  /** Elements. */
  readonly count: number;
}

/** A storage, or a part of it, where the pickle mentions it. */
export class StorageView implements TorchOpaque {
  readonly kind = 'opaque';
  readonly name: string;
  readonly storage: StorageRecord;
  /** First element of the part, and how many there are. */
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
  return storage.count * ARRAYS[storage.dtype].BYTES_PER_ELEMENT;
}

/**
 * The storage that a persistent id names: `('storage', class, key, location, count)`, in the legacy
 * format followed by null or by `(key of the view, offset, count)`. It is entered into `table`.
 *
 * @throws Malformed when the id is of another kind or contradicts an earlier one
 */
export function mentionStorage(id: TorchValue, table: StorageTable): StorageView {
  if (!Array.isArray(id) || id[0] !== 'storage' || id.length < 5 || id.length > 6) {
    throw new Malformed('it refers to something outside the pickle that is not a storage');
  }
  const [, type, key, , size, part = null] = id;
  const dtype = STORAGE_CLASSES.get((type as TorchOpaque | null)?.name ?? '');
  if (dtype === undefined || typeof key !== 'string') {
    throw new Malformed('it describes a storage without a known class and key');
  }
  const shown = printable(key);
  const count = asCount(size, `the size of storage ${shown}`);
  const earlier = table.get(key);
  if (earlier && (earlier.dtype !== dtype || earlier.count !== count)) {
    throw new Malformed(`it describes storage ${shown} in two ways`);
  }
  const storage = earlier ?? { key, dtype, count };
  asCount(storageBytes(storage), `the size of storage ${shown} in bytes`);
  table.set(key, storage);
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
