/**
 * Writing of an index: blocks of rows, column after column in each, then a directory of the blocks
 * with the texts that rows share. Only one block is in memory at a time.
 */
import type { FileFacts } from '../file-facts.ts';
import { COLUMN_BYTES, COLUMN_NAMES, type ColumnName, kindOf } from './columns.ts';
import { FactColumns } from './fact-columns.ts';
import { SharedTexts } from './shared-texts.ts';
import { type Block, encodeTail, MAGIC } from './table-layout.ts';

export const BLOCK_ROWS = 65_536;
/** Bytes that are set aside for a name at first. */
const NAME_BYTES = 64;

/** Pieces of the file of an index of these rows. */
export function* encodeTable(
  version: number,
  rows: Iterable<readonly [path: string, facts: FileFacts]>,
): Generator<Uint8Array> {
  const shared = { folders: new SharedTexts(), kinds: new SharedTexts() };
  const blocks: Block[] = [];
  let at = MAGIC.length;
  yield Buffer.from(MAGIC);
  let block = new BlockWriter(shared);
  const finished = (): Uint8Array[] => {
    const pieces = block.pieces();
    const nameBytes = pieces.at(-1)!.length;
    blocks.push({ at, rows: block.rows, nameBytes });
    at += pieces.reduce((sum, piece) => sum + piece.length, 0);
    block = new BlockWriter(shared);
    return pieces;
  };
  for (const [path, facts] of rows) {
    block.add(path, facts);
    if (block.rows === BLOCK_ROWS) yield* finished();
  }
  if (block.rows > 0) yield* finished();
  const { folders, kinds } = shared;
  yield encodeTail({ version, blocks, folders: folders.all, kinds: kinds.all });
}

class BlockWriter {
  rows = 0;
  readonly #shared: { readonly folders: SharedTexts; readonly kinds: SharedTexts };
  readonly #columns = Object.fromEntries(
    COLUMN_NAMES.map((name) => [name, Buffer.alloc(BLOCK_ROWS * COLUMN_BYTES[name])]),
  ) as Record<ColumnName, Buffer>;
  readonly #facts = new FactColumns(this.#columns);
  #names = Buffer.allocUnsafe(BLOCK_ROWS * NAME_BYTES);
  #nameEnd = 0;

  constructor(shared: { readonly folders: SharedTexts; readonly kinds: SharedTexts }) {
    this.#shared = shared;
  }

  add(path: string, facts: FileFacts): void {
    const row = this.rows++;
    const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
    this.#addName(path.slice(cut));
    this.#facts.writeNumber('folder', row, this.#shared.folders.idOf(path.slice(0, cut)));
    this.#facts.writeNumber('nameEnd', row, this.#nameEnd);
    this.#facts.write(row, facts, this.#shared.kinds.idOf(kindOf(facts)));
  }

  #addName(name: string): void {
    const bytes = Buffer.byteLength(name);
    if (this.#nameEnd + bytes > this.#names.length) {
      const larger = Buffer.allocUnsafe(2 * (this.#nameEnd + bytes));
      this.#names.copy(larger, 0, 0, this.#nameEnd);
      this.#names = larger;
    }
    this.#nameEnd += this.#names.write(name, this.#nameEnd);
  }

  /** The columns in their order, then the names. */
  pieces(): Uint8Array[] {
    const columns = COLUMN_NAMES.map((name) =>
      this.#columns[name].subarray(0, this.rows * COLUMN_BYTES[name]),
    );
    return [...columns, this.#names.subarray(0, this.#nameEnd)];
  }
}
