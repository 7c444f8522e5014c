/**
 * New images in watched folders. A file counts when it is complete: its last change is some time
 * ago, or it has not changed since the previous scan. Images that could not be decoded count again
 * after a change. If a folder disappears and returns, its old images are not new.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isContainerName } from '../../contract/container-names.ts';
import { isStudioError } from '../../contract/errors.ts';
import { markedFile, statLocation } from '../sources/locate.ts';
import type { FoldersRead } from '../sources/walk.ts';
import type { GivenImage } from './given-image.ts';
import { imagesAt } from './given-images.ts';

/** A file whose last change is longer ago counts as complete. */
const SETTLED_MS = 10_000;

export class WatchedImages {
  readonly #given: readonly string[];
  readonly #now: () => number;
  readonly #seen = new Set<string>();
  /** State of files at the last scan that may be incomplete. */
  #pending = new Map<string, string>();
  /** State of files that could not be decoded. */
  readonly #failed = new Map<string, string>();
  /** State of files that were returned in this scan. */
  readonly #handed = new Map<string, string>();
  #missing: readonly string[] = [];

  /** @param given folders and files @param now milliseconds since 1970 */
  constructor(given: readonly string[], now: () => number = Date.now) {
    this.#given = given.map((one) => path.resolve(one));
    this.#now = now;
  }

  /** Given paths that did not exist at the last scan. */
  get missing(): readonly string[] {
    return this.#missing;
  }

  /**
   * Images that are new since the last scan and complete.
   * @throws AbortError when `signal` fires
   */
  async *look(signal?: AbortSignal): AsyncGenerator<GivenImage> {
    const pending = new Map<string, string>();
    const missing: string[] = [];
    const read: FoldersRead = new Map();
    this.#handed.clear();
    for (const at of this.#given)
      try {
        const isFolder = (await stat(at)).isDirectory() || isContainerName(at);
        for await (const image of imagesAt(at, isFolder, read, signal))
          if (await this.#isNew(image, pending)) yield image;
      } catch (error) {
        if (!isGone(error)) throw error;
        missing.push(at);
      }
    this.#pending = pending;
    this.#missing = missing;
  }

  /** Record that a file of this scan, or a part of it, could not be decoded. */
  failed(path: string): void {
    const file = this.#handed.has(path) ? path : (markedFile(path) ?? path);
    const stamp = this.#handed.get(file);
    if (stamp === undefined) return;
    this.#seen.delete(file);
    this.#failed.set(file, stamp);
  }

  async #isNew({ path: at, reason }: GivenImage, pending: Map<string, string>): Promise<boolean> {
    if (this.#seen.has(at)) return false;
    if (reason === undefined) {
      const found = await statLocation(at).catch(() => undefined);
      if (found === undefined || found.size === 0) return false;
      const stamp = `${found.size} ${found.mtimeMs}`;
      if (this.#failed.get(at) === stamp) return false;
      const age = this.#now() - found.mtimeMs;
      if (age < SETTLED_MS && this.#pending.get(at) !== stamp) {
        pending.set(at, stamp);
        return false;
      }
      this.#failed.delete(at);
      this.#handed.set(at, stamp);
    }
    this.#seen.add(at);
    return true;
  }
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return isStudioError(error, 'folder-missing') || code === 'ENOENT' || code === 'ENOTDIR';
}
