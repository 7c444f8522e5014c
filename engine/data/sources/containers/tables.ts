/**
 * Tables of entries in this process. A scan makes them and stores them in a folder, where other
 * threads and processes find them; the most recently used ones are kept in memory.
 */
import path from 'node:path';
import type { ContainerListing, EntryProblem } from './container.ts';
import { EntryTable, type Stamp, tableFile } from './entry-table.ts';

/** Tables of two million entries. */
const MOST_BYTES = 80 << 20;

const kept = new Map<string, EntryTable>();
let keptBytes = 0;
/** Folders with stored tables; new ones are written to the last one. */
const folders = new Set<string>();

/** @param indexFile memory of a scan, beside which tables are stored */
export function storeTablesBeside(indexFile: string | undefined): void {
  if (indexFile !== undefined) addTableFolder(path.join(path.dirname(indexFile), 'containers'));
}

export function addTableFolder(folder: string): void {
  folders.delete(folder);
  folders.add(folder);
}

/** For worker threads, which have tables of their own. */
export function tableFolders(): readonly string[] {
  return [...folders];
}

/** A table of a container with this stamp; undefined where there is none. */
export async function knownTable(container: string, stamp: Stamp): Promise<EntryTable | undefined> {
  const inMemory = kept.get(container);
  if (inMemory?.isOf(stamp)) {
    keep(container, inMemory);
    return inMemory;
  }
  for (const folder of [...folders].reverse()) {
    const stored = await EntryTable.read(tableFile(folder, container));
    if (!stored?.isOf(stamp)) continue;
    keep(container, stored);
    return stored;
  }
  return undefined;
}

/** Whether a scan has seen the container, perhaps with other content. */
export async function isKnown(container: string): Promise<boolean> {
  if (kept.has(container)) return true;
  for (const folder of folders)
    if ((await EntryTable.read(tableFile(folder, container))) !== undefined) return true;
  return false;
}

/** Keep and store the table of a listing. */
export async function rememberTable(
  container: string,
  stamp: Stamp,
  { entries, facts = {} }: ContainerListing,
): Promise<EntryTable> {
  const table = EntryTable.of(stamp, entries, facts);
  keep(container, table);
  const folder = [...folders].at(-1);
  // Tables can be made again, so a full or read-only disk costs no more than time.
  if (folder !== undefined) await table.write(tableFile(folder, container)).catch(() => undefined);
  return table;
}

/** Entries with names of their own; others are named as problems. */
export function withoutDoubles({ entries, problems, facts }: ContainerListing): ContainerListing {
  const counts = new Map<string, number>();
  for (const { name } of entries) counts.set(name, (counts.get(name) ?? 0) + 1);
  if (counts.size === entries.length) return { entries, problems, ...(facts && { facts }) };
  const doubled: EntryProblem[] = [];
  for (const [name, count] of counts)
    if (count > 1) doubled.push({ name, reason: `stands ${count} times in the container` });
  return {
    entries: entries.filter(({ name }) => counts.get(name) === 1),
    problems: [...problems, ...doubled],
    ...(facts && { facts }),
  };
}

function keep(container: string, table: EntryTable): void {
  keptBytes -= kept.get(container)?.memoryBytes ?? 0;
  kept.delete(container);
  kept.set(container, table);
  keptBytes += table.memoryBytes;
  for (const [old, { memoryBytes }] of kept) {
    if (keptBytes <= MOST_BYTES || old === container) break;
    kept.delete(old);
    keptBytes -= memoryBytes;
  }
}
