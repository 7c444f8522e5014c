/** Reading of entries of containers in place. */
import type { OpenSource } from '../../images/byte-source.ts';
import { unreadEntry } from '../unreadable.ts';

export interface EntryStat {
  /** bytes */
  readonly size: number;
  readonly mtimeMs: number;
}

/** @throws StudioError `file-unread` naming container and entry */
export async function readEntry(container: string, entry: string): Promise<Buffer> {
  throw unreadEntry(container, entry, 'is in a container of a kind that is not read');
}

/** @throws StudioError `file-unread` naming container and entry */
export async function openEntry(container: string, entry: string): Promise<OpenSource> {
  throw unreadEntry(container, entry, 'is in a container of a kind that is not read');
}

/** @throws StudioError `file-unread` naming container and entry */
export async function statEntry(container: string, entry: string): Promise<EntryStat> {
  throw unreadEntry(container, entry, 'is in a container of a kind that is not read');
}
