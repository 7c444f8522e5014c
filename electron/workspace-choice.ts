/**
 * The workspace that was chosen, in a small file. Another one is proposed first and becomes the chosen
 * one only when it has been opened, so that a good workspace is never forgotten for one that is not.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const folder = z.string().min(1).optional();
const choiceSchema = z.object({
  /** The one that was opened last; missing while it is the usual one. */
  folder,
  /** The one to open at the next start. */
  next: folder,
});
type Choice = z.infer<typeof choiceSchema>;

export class WorkspaceChoice {
  readonly #file: string;
  readonly #usual: string;

  /**
   * @param file  made when something is chosen
   * @param usual the workspace while nothing was chosen
   */
  constructor(file: string, usual: string) {
    this.#file = file;
    this.#usual = usual;
  }

  /** The one that was opened last. */
  get opened(): string {
    return path.resolve(this.#read().folder ?? this.#usual);
  }

  /** The one to open now: what is proposed, else what was opened last. */
  get toOpen(): string {
    const { next } = this.#read();
    return next === undefined ? this.opened : path.resolve(next);
  }

  /** To be opened at the next start. */
  propose(next: string): void {
    this.#write({ ...this.#read(), next });
  }

  /** It has been opened. */
  settle(opened: string): void {
    if (opened === this.opened && this.#read().next === undefined) return;
    this.#write({ folder: opened });
  }

  /** What was proposed cannot be opened. */
  withdraw(): void {
    const { next, ...rest } = this.#read();
    if (next !== undefined) this.#write(rest);
  }

  #read(): Choice {
    try {
      return choiceSchema.safeParse(JSON.parse(readFileSync(this.#file, 'utf8'))).data ?? {};
    } catch {
      return {};
    }
  }

  #write(choice: Choice): void {
    mkdirSync(path.dirname(this.#file), { recursive: true });
    // A half-written file would be no choice at all.
    const beside = `${this.#file}.new`;
    writeFileSync(beside, JSON.stringify(choice));
    renameSync(beside, this.#file);
  }
}
