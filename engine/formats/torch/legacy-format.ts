/**
 * Files from before PyTorch 1.6: five pickles (magic number, protocol version, machine properties,
 * the value, the keys of the storages), then each storage as its element count and its elements, in
 * the order of the keys, little-endian.
 *
 * @source torch/serialization.py, `_legacy_save` and `_legacy_load`
 */
import type { StorageData, TorchArchive } from './archive.ts';
import { type ByteSource, readBytes } from './byte-source.ts';
import type { PickleContext } from './globals.ts';
import { Malformed, printable } from './refusals.ts';
import { type StorageRecord, type StorageTable, storageBytes } from './storages.ts';
import { unpickle } from './unpickle.ts';
import type { TorchValue } from './values.ts';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const COUNT_BYTES = 8;

export async function openLegacyFormat(
  source: ByteSource,
  context: PickleContext,
  maxPickleBytes: number,
): Promise<TorchArchive> {
  const start = await readBytes(source, 0, Math.min(source.size, maxPickleBytes));
  let end = 0;
  const next = (): TorchValue => {
    const read = unpickle(start, context, end);
    end = read.end;
    return read.value;
  };
  if (next() !== MAGIC)
    throw new Malformed(
      'it is a pickle without PyTorch’s magic number, so PyTorch did not write it',
    );
  if (next() !== PROTOCOL) throw new Malformed('its protocol version is not known');
  next();
  const value = next();
  const positions = await locate(source, next(), context.storages, end);
  return { format: 'legacy', value, storages: storageData(source, positions) };
}

/** Key → position of the first element. */
async function locate(
  source: ByteSource,
  keys: TorchValue,
  storages: StorageTable,
  start: number,
): Promise<ReadonlyMap<string, number>> {
  if (!Array.isArray(keys)) throw new Malformed('it has no list of storages');
  const positions = new Map<string, number>();
  let at = start;
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined) throw new Malformed('it lists a storage that nothing uses');
    const shown = printable(storage.key);
    if (positions.has(storage.key)) throw new Malformed(`it lists storage ${shown} twice`);
    const count = Buffer.from(await readBytes(source, at, COUNT_BYTES)).readBigInt64LE();
    if (count !== BigInt(storage.count)) {
      throw new Malformed(`storage ${shown} has ${count} elements instead of ${storage.count}`);
    }
    positions.set(storage.key, at + COUNT_BYTES);
    at += COUNT_BYTES + storageBytes(storage);
  }
  if (at > source.size) throw new Malformed(`it ends early, at byte ${source.size} of ${at}`);
  return positions;
}

function storageData(source: ByteSource, positions: ReadonlyMap<string, number>): StorageData {
  const positionOf = ({ key }: StorageRecord) => {
    const position = positions.get(key);
    if (position === undefined) throw new Malformed(`it has no storage ${printable(key)}`);
    return position;
  };
  return {
    positionOf,
    async read(storage) {
      return (await readBytes(source, positionOf(storage), storageBytes(storage))).buffer;
    },
  };
}
