/**
 * The chosen workspace, stored in a small file. A new one is proposed first and replaces the old one only
 * after it has been opened, so that a choice that cannot be opened does not replace a working one.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readState } from './state-file.ts';

const folder = z.string().min(1).optional();
const choiceSchema = z.object({
  /** The workspace that was opened last; missing for the default one. */
  folder,
  /** The workspace to open at the next start. */
  next: folder,
});
type StoredChoice = z.infer<typeof choiceSchema>;

export class WorkspaceChoice {
  readonly #file: string;
  readonly #usual: string;

  /**
   * @param file  created when a workspace is chosen
   * @param usual the default workspace
   */
  constructor(file: string, usual: string) {
    this.#file = file;
    this.#usual = usual;
  }

  /** The workspace that was opened last. */
  get opened(): string {
    return path.resolve(this.#read().folder ?? this.#usual);
  }

  /** The workspace to open now: the proposed one, else the last one. */
  get toOpen(): string {
    const { next } = this.#read();
    return next === undefined ? this.opened : path.resolve(next);
  }

  /** Open `next` at the next start. */
  propose(next: string): void {
    this.#write({ ...this.#read(), next });
  }

  /** Record that a workspace has been opened. */
  settle(opened: string): void {
    if (opened === this.opened && this.#read().next === undefined) return;
    this.#write({ folder: opened });
  }

  /** Drop the proposed workspace, which cannot be opened. */
  withdraw(): void {
    const { next, ...rest } = this.#read();
    if (next !== undefined) this.#write(rest);
  }

  #read(): StoredChoice {
    return readState(this.#file, choiceSchema) ?? {};
  }

  #write(choice: StoredChoice): void {
    mkdirSync(path.dirname(this.#file), { recursive: true });
    // The file is replaced atomically, since a partial file would lose the choice.
    const beside = `${this.#file}.new`;
    writeFileSync(beside, JSON.stringify(choice));
    renameSync(beside, this.#file);
  }
}
