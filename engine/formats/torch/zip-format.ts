/**
 * Files of PyTorch 1.6 and later: a zip archive of `data.pkl`, `byteorder` and an entry
 * `data/<key>` per storage, in a folder that has the file's first name.
 *
 * @source torch/serialization.py, `_save` and `_load`
 */
import { HOST_ARRAYS } from '../../tensor/host-tensor.ts';
import type { StorageData, TorchArchive } from './archive.ts';
import type { ByteSource } from './byte-source.ts';
import type { PickleContext } from './globals.ts';
import { Malformed, printable } from './refusals.ts';
import { type StorageRecord, storageBytes } from './storages.ts';
import { unpickle } from './unpickle.ts';
import { openZip, type ZipEntries } from './zip-entries.ts';

const PICKLE = 'data.pkl';
const MAX_ORDER_BYTES = 16;

export async function openZipFormat(
  source: ByteSource,
  context: PickleContext,
  maxPickleBytes: number,
): Promise<TorchArchive> {
  const entries = await openZip(source);
  const folder = findFolder(entries);
  const pickleBytes = entries.sizeOf(folder + PICKLE);
  if (pickleBytes > maxPickleBytes) {
    throw new Malformed(`its pickle has ${pickleBytes} bytes, more than the limit`);
  }
  const swapped = await isBigEndian(entries, folder);
  const { value } = unpickle(await entries.read(folder + PICKLE), context);
  return { format: 'zip', value, storages: storageData(entries, folder, swapped) };
}

/** The folder of the only pickle, with its slash. */
function findFolder(entries: ZipEntries): string {
  const pickles = [...entries.names()].filter(
    (name) => name === PICKLE || name.endsWith(`/${PICKLE}`),
  );
  const [pickle, second] = pickles;
  if (pickle === undefined) throw new Malformed(`it is a zip archive without ${PICKLE}`);
  if (second !== undefined) {
    throw new Malformed(`it has two pickles, ${printable(pickle)} and ${printable(second)}`);
  }
  return pickle.slice(0, -PICKLE.length);
}

/** Files without the entry were written by older versions on little-endian machines. */
async function isBigEndian(entries: ZipEntries, folder: string): Promise<boolean> {
  const name = `${folder}byteorder`;
  if (!entries.has(name)) return false;
  const short = entries.sizeOf(name) <= MAX_ORDER_BYTES;
  const order = short ? Buffer.from(await entries.read(name)).toString('latin1') : '';
  if (order !== 'little' && order !== 'big') throw new Malformed('its byte order is not known');
  return order === 'big';
}

function storageData(entries: ZipEntries, folder: string, swapped: boolean): StorageData {
  const nameOf = (storage: StorageRecord) => `${folder}data/${storage.key}`;
  return {
    positionOf: (storage) => entries.positionOf(nameOf(storage)),
    async read(storage) {
      const name = nameOf(storage);
      const [has, needs] = [entries.sizeOf(name), storageBytes(storage)];
      if (has !== needs) {
        throw new Malformed(`its entry ${printable(name)} has ${has} bytes instead of ${needs}`);
      }
      const data = await entries.read(name);
      if (swapped) swapBytes(data, HOST_ARRAYS[storage.dtype].BYTES_PER_ELEMENT);
      return data.buffer;
    },
  };
}

function swapBytes(data: Uint8Array<ArrayBuffer>, elementBytes: number): void {
  const bytes = Buffer.from(data.buffer);
  if (elementBytes === 2) bytes.swap16();
  if (elementBytes === 4) bytes.swap32();
  if (elementBytes === 8) bytes.swap64();
}
