/** A file that grows piece by piece under its final name: what was written stays if the process ends. */
import { type FileHandle, open, truncate } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, makeFolder, onDisk } from './disk.ts';
import { type RecognisesOwn, refuseTaken } from './result-file.ts';

export class GrowingFile {
  readonly #file: string;
  readonly #handle: FileHandle;

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  /**
   * @param isOwn recognises an earlier result, which is replaced
   * @throws StudioError `target-taken`; `disk-full`, `disk-read-only`, `access-denied` naming the file
   */
  static async create(file: string, isOwn: RecognisesOwn): Promise<GrowingFile> {
    return onDisk(file, async () => {
      await makeFolder(path.dirname(file));
      try {
        return new GrowingFile(file, await open(file, 'wx'));
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      await refuseTaken(file, isOwn);
      return new GrowingFile(file, await open(file, 'w'));
    });
  }

  /**
   * Continues a file, or begins it with `head`.
   * @param keptBytes finds the number of its first bytes that stay; 0 to begin it anew
   * @throws StudioError `disk-full`, `disk-read-only`, `access-denied` naming the file
   */
  static continue(
    file: string,
    head: string,
    keptBytes: () => Promise<number>,
  ): Promise<GrowingFile> {
    return onDisk(file, async () => {
      await makeFolder(path.dirname(file));
      const kept = await keptBytes();
      if (kept > 0) await truncate(file, kept);
      const handle = await open(file, kept > 0 ? 'a' : 'w');
      if (kept === 0) await handle.appendFile(head);
      return new GrowingFile(file, handle);
    });
  }

  /** Other processes see it at once. @throws StudioError `disk-full`, … naming the file */
  async append(text: string): Promise<void> {
    await onDisk(this.#file, () => this.#handle.appendFile(text));
  }

  /** Flushed to the device. @throws StudioError as `append` does */
  async close(): Promise<void> {
    try {
      await onDisk(this.#file, () => this.#handle.sync());
    } finally {
      await this.#handle.close();
    }
  }
}
