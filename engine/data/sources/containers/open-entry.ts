/** Reading of entries of containers in place. */
import { stat } from 'node:fs/promises';
import {
  bufferSource,
  type Extent,
  type OpenSource,
  openFileSource,
} from '../../../images/byte-source.ts';
import { unreadEntry } from '../unreadable.ts';
import { ContainerFault, type EntryRecord, MOST_DECODED_BYTES } from './container.ts';
import type { EntryTable } from './entry-table.ts';
import { formatOfContainer } from './formats.ts';
import { asFault, listContainer } from './list-container.ts';
import { isKnown, knownTable } from './tables.ts';

export interface EntryStat {
  /** bytes */
  readonly size: number;
  readonly mtimeMs: number;
}

/** @throws StudioError `file-unread` naming container and entry; errors of the file system */
export function readEntry(container: string, entry: string): Promise<Buffer> {
  return naming(container, entry, async () => {
    const { record, facts, mtimeMs } = await find(container, entry);
    await using source = await openClosing(container);
    const format = formatOfContainer(container);
    const extent = await format.extentOf(source, record);
    if (extent === undefined)
      return await format.decode(source, record, facts, `${container} ${mtimeMs}`);
    if (extent.bytes > MOST_DECODED_BYTES)
      throw new ContainerFault(`has ${extent.bytes} bytes, more than are read into memory`);
    return Buffer.from(await source.read(extent.offset, extent.bytes));
  });
}

/**
 * Entries that are stored as they are are read in parts.
 *
 * @throws as {@link readEntry}
 */
export function openEntry(container: string, entry: string): Promise<OpenSource> {
  return naming(container, entry, async () => {
    const { record, facts, mtimeMs } = await find(container, entry);
    const format = formatOfContainer(container);
    let extent: Extent | undefined;
    {
      await using source = await openClosing(container);
      extent = await format.extentOf(source, record);
      if (extent === undefined) {
        const content = await format.decode(source, record, facts, `${container} ${mtimeMs}`);
        return { ...bufferSource(content), close: async () => {} };
      }
    }
    return openFileSource(container, extent);
  });
}

/** @throws as {@link readEntry} */
export function statEntry(container: string, entry: string): Promise<EntryStat> {
  return naming(container, entry, async () => {
    const { record, mtimeMs } = await find(container, entry);
    return { size: record.bytes, mtimeMs };
  });
}

async function openClosing(container: string): Promise<OpenSource & AsyncDisposable> {
  const source = await openFileSource(container);
  return { ...source, [Symbol.asyncDispose]: () => source.close() };
}

interface Found {
  readonly record: EntryRecord;
  readonly facts: EntryTable['facts'];
  readonly mtimeMs: number;
}

/** @throws ContainerFault */
async function find(container: string, entry: string): Promise<Found> {
  const stamp = await stat(container);
  const { mtimeMs } = stamp;
  let table = await knownTable(container, stamp);
  if (table === undefined) {
    if (await isKnown(container))
      throw new ContainerFault('cannot be found: the container has changed; scan it again');
    await listOnce(container);
    table = await knownTable(container, stamp);
  }
  const record = table?.find(entry);
  if (table === undefined || record === undefined) throw new ContainerFault('is not there');
  return { record, facts: table.facts, mtimeMs };
}

const listings = new Map<string, Promise<unknown>>();

/** Several readers that find no table wait for the same one. */
function listOnce(container: string): Promise<unknown> {
  const started = listings.get(container);
  if (started !== undefined) return started;
  const listing = listContainer(container).finally(() => listings.delete(container));
  listings.set(container, listing);
  return listing;
}

async function naming<T>(container: string, entry: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const fault = asFault(error);
    if (!(fault instanceof ContainerFault)) throw error;
    throw unreadEntry(container, entry, fault.message);
  }
}
