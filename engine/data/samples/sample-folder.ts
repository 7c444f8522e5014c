/** A folder of sample data, which is replaced only while it holds nothing else. */
import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { StudioError } from '../../contract/errors.ts';
import { makeFolder } from '../../disk/disk.ts';

/** A marker file: all is written; it holds what was asked for. */
const COMPLETE = '.complete';
/** A marker file: the folder is being written by this program and may be replaced. */
const BEGUN = '.incomplete';

export class SampleFolder {
  readonly #out: string;
  readonly #parts: readonly string[];
  readonly #isOwn: (part: string) => boolean;

  /**
   * @param parts folders and files that are written into it
   * @param isOwn whether a part is missing, or holds nothing but what is written here
   */
  constructor(out: string, parts: readonly string[], isOwn: (part: string) => boolean) {
    this.#out = out;
    this.#parts = parts;
    this.#isOwn = isOwn;
  }

  /** Whether it was written completely for the same request. */
  async isComplete(wanted: Readonly<Record<string, number>>): Promise<boolean> {
    try {
      const marker = await readFile(path.join(this.#out, COMPLETE), 'utf8');
      return isDeepStrictEqual(JSON.parse(marker), wanted);
    } catch {
      return false;
    }
  }

  /** @throws StudioError `sample-data-folder-in-use` */
  refuseForeign(): void {
    const there = (name: string) => existsSync(path.join(this.#out, name));
    if (!this.#parts.some(there)) return;
    // Files that were added later belong to the user and must not be deleted.
    const isMarked = there(COMPLETE) || there(BEGUN);
    if (isMarked && this.#parts.every((part) => this.#isOwn(path.join(this.#out, part)))) return;
    throw new StudioError(
      'sample-data-folder-in-use',
      `${this.#out} already holds ${this.#parts.slice(0, 2).join(' or ')} folders that are not sample data`,
      { advice: 'Give another folder with --out.', details: { path: this.#out } },
    );
  }

  /** Removes earlier parts. */
  async begin(): Promise<void> {
    await makeFolder(this.#out);
    await writeFile(path.join(this.#out, BEGUN), '');
    await rm(path.join(this.#out, COMPLETE), { force: true });
    for (const part of this.#parts)
      await rm(path.join(this.#out, part), { recursive: true, force: true });
  }

  async complete(written: Readonly<Record<string, number>>): Promise<void> {
    await writeFile(path.join(this.#out, BEGUN), JSON.stringify(written));
    await rename(path.join(this.#out, BEGUN), path.join(this.#out, COMPLETE));
  }
}
