/** Files that a lock and the taking of it put into a folder. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { errorCode } from './disk.ts';
import { readLockFile } from './lock-watch.ts';

export const LOCK_FILE = 'lock';

/** Error codes of creating a hard link where the file system has none. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK', 'EXDEV']);

/** The text of a lock, written and flushed to a temporary file, so that it can be put in place atomically. */
export class LockText {
  readonly file: string;
  readonly #text: string;
  readonly #token: string;

  constructor(dir: string, text: string, token: string) {
    this.file = path.join(dir, `.${LOCK_FILE}-${token}`);
    this.#text = text;
    this.#token = token;
  }

  write(): void {
    writeNew(this.file, this.#text);
  }

  /** @returns false when the target exists */
  place(target: string): boolean {
    try {
      linkSync(this.file, target);
      return true;
    } catch (error) {
      // Network file systems may report this for a link that they did create.
      if (errorCode(error) === 'EEXIST')
        return readLockFile(target)?.text.includes(this.#token) === true;
      if (!NO_LINKS.has(errorCode(error))) throw error;
    }
    try {
      writeNew(target, this.#text);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    }
  }

  discard(): void {
    try {
      rmSync(this.file, { force: true });
    } catch {
      // On a disk that refuses everything the file was not created either.
    }
  }
}

/** The claim on taking over a stale lock or claim with this text. */
export function claimOn(file: string, text: string): string {
  return `${file}.after-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

/** Files left by processes that were killed while they took a lock. Only the holder may remove them. */
export function lockLeftovers(dir: string): string[] {
  return readdirSync(dir).filter(
    (name) => name.startsWith(`.${LOCK_FILE}-`) || name.startsWith(`${LOCK_FILE}.after-`),
  );
}

/** Create and flush a file, or leave none. */
function writeNew(file: string, text: string): void {
  const handle = openSync(file, 'wx');
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}
