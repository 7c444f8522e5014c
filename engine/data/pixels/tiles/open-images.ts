/**
 * Files of tiles that stay open for the next tile. A pyramid lists where each of its parts lies, so to
 * open it takes longer than to read a crop. Files that are not read for a while are closed.
 */
import type { OpenSource } from '../../../images/byte-source.ts';
import { openStored } from '../../../images/readers.ts';
import type { StoredImage } from '../../../images/stored-image.ts';
import { type Location, openLocation, statLocation } from '../../sources/locate.ts';
import { choicesFor } from '../stored/read-choices.ts';

/** Of a slide of 100,000 x 100,000 pixels, the places of its parts take 2.4 MB. */
const MOST_OPEN = 16;
const IDLE_MS = 2000;

interface Entry {
  /** size and time of the file */
  readonly stamp: string;
  readonly source: Promise<OpenSource>;
  readonly image: Promise<StoredImage>;
  /** reads that go on */
  users: number;
  isRetired: boolean;
  timer: NodeJS.Timeout | undefined;
}

type FileOf = Pick<Location, 'file' | 'entry' | 'stack'>;

export class OpenImages {
  readonly #most: number;
  readonly #idleMs: number;
  /** The one that was used last is last. */
  readonly #entries = new Map<string, Entry>();

  constructor(most = MOST_OPEN, idleMs = IDLE_MS) {
    this.#most = most;
    this.#idleMs = idleMs;
  }

  /** Number of files that are open for the next read. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * What `read` returns of the image of a file, which is opened anew where it has changed.
   *
   * @param onOpen told when the file is open, from when on errors are those of its content
   * @throws errors of the file system, of opening images, and of `read`
   */
  async use<T>(
    location: FileOf,
    read: (image: StoredImage) => Promise<T>,
    onOpen: () => void,
  ): Promise<T> {
    const { size, mtimeMs } = await statLocation(location);
    const key = JSON.stringify([location.file, location.entry, location.stack]);
    const entry = this.#entryFor(key, location, `${size} ${mtimeMs}`);
    entry.users++;
    clearTimeout(entry.timer);
    try {
      await entry.source;
      onOpen();
      return await read(await entry.image);
    } finally {
      entry.users--;
      this.#rest(key, entry);
    }
  }

  #entryFor(key: string, location: FileOf, stamp: string): Entry {
    const known = this.#entries.get(key);
    this.#entries.delete(key);
    if (known?.stamp === stamp) {
      this.#entries.set(key, known);
      return known;
    }
    if (known !== undefined) retire(known);
    const source = openLocation(location);
    const image = source.then((open) => openStored(open, choicesFor(location)));
    const entry = { stamp, source, image, users: 0, isRetired: false, timer: undefined };
    this.#entries.set(key, entry);
    image.catch(() => this.#forget(key, entry));
    for (const [old, oldest] of this.#entries) {
      if (this.#entries.size <= this.#most) break;
      this.#forget(old, oldest);
    }
    return entry;
  }

  #rest(key: string, entry: Entry): void {
    if (entry.users > 0) return;
    if (entry.isRetired) close(entry);
    else entry.timer = setTimeout(() => this.#forget(key, entry), this.#idleMs).unref();
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    retire(entry);
  }
}

/** It is closed at once, or when the reads that go on have ended. */
function retire(entry: Entry): void {
  if (entry.isRetired) return;
  entry.isRetired = true;
  clearTimeout(entry.timer);
  if (entry.users === 0) close(entry);
}

function close({ source }: Entry): void {
  void source.then((open) => open.close()).catch(() => undefined);
}

/** Those of this thread. */
export const OPEN_IMAGES = new OpenImages();
