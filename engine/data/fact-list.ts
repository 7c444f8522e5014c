/** The facts of very many files in memory, in columns; see `index-table/columns.ts`. */
import type { FileFacts } from './file-facts.ts';
import { COLUMN_BYTES, type Kind, kindOf, readKind } from './index-table/columns.ts';
import { FACT_COLUMNS, type FactColumn, FactColumns } from './index-table/fact-columns.ts';
import { SharedTexts } from './index-table/shared-texts.ts';

/** What sampling and rendering do not ask for. */
const BEYOND_TRAINING: readonly FactColumn[] = ['modifiedMs', 'levels', 'span', 'hash', 'phash'];

export class FactList {
  readonly length: number;
  readonly #columns: FactColumns;
  readonly #texts = new SharedTexts();
  readonly #kinds: Kind[] = [];

  constructor(files: number) {
    this.length = files;
    const buffers = FACT_COLUMNS.map((name) => [name, Buffer.alloc(files * COLUMN_BYTES[name])]);
    this.#columns = new FactColumns(Object.fromEntries(buffers));
  }

  /** @param facts undefined for a file that is no image, as files are at first */
  set(position: number, facts: FileFacts | undefined): void {
    if (facts === undefined) {
      this.#columns.writeKind(position, 0);
      return;
    }
    const text = kindOf(facts);
    const kind = this.#texts.idOf(text);
    if (kind === this.#kinds.length) this.#kinds.push(readKind(text));
    this.#columns.write(position, facts, kind + 1);
  }

  at(position: number): FileFacts | undefined {
    const kind = this.#columns.number('kind', position);
    return kind === 0 ? undefined : this.#columns.facts(position, this.#kinds[kind - 1]!);
  }

  /** Those facts that many files share, without the numbers and hashes of {@link at}. */
  textsAt(position: number): Partial<FileFacts> | undefined {
    const kind = this.#columns.number('kind', position);
    return kind === 0 ? undefined : this.#kinds[kind - 1]!.others;
  }

  *[Symbol.iterator](): Generator<FileFacts | undefined> {
    for (let position = 0; position < this.length; position++) yield this.at(position);
  }

  /** Give back the memory of what only scans ask for: hashes become empty, looks unknown. */
  keepForTraining(): void {
    this.#columns.drop(BEYOND_TRAINING);
  }

  get memoryBytes(): number {
    return this.#columns.memoryBytes;
  }
}
