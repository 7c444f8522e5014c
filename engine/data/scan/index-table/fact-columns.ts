/** Columns of facts of files, in memory: writing and reading of rows. */
import { viewOf } from '../../../images/byte-view.ts';
import type { FileFacts } from '../file-facts.ts';
import {
  COLUMN_BYTES,
  COLUMN_NAMES,
  type ColumnName,
  type Kind,
  type NumberColumn,
  writeNumber,
} from './columns.ts';
import { type HexColumn, hexInMemory } from './hex-column.ts';

export type FactColumn = Exclude<ColumnName, 'folder' | 'nameEnd'>;
export const FACT_COLUMNS = COLUMN_NAMES.filter(
  (name): name is FactColumn => name !== 'folder' && name !== 'nameEnd',
);

export class FactColumns {
  readonly #views: Partial<Record<NumberColumn, DataView>> = {};
  readonly #hex: Partial<Record<HexName, HexColumn>>;
  /** Dropped columns read as nothing; others that are absent cannot be asked for. */
  readonly #dropped = new Set<ColumnName>();

  /** @param hex columns of hashes that are not among `bytes` */
  constructor(
    bytes: Readonly<Partial<Record<ColumnName, Buffer>>>,
    hex: Readonly<Partial<Record<HexName, HexColumn>>> = {},
  ) {
    this.#hex = { ...hex };
    for (const name of COLUMN_NAMES) {
      const column = bytes[name];
      if (column === undefined) continue;
      if (isHex(name)) this.#hex[name] = hexInMemory(column, COLUMN_BYTES[name]);
      else this.#views[name] = viewOf(column);
    }
  }

  get memoryBytes(): number {
    const numbers = Object.values(this.#views).reduce((sum, { byteLength }) => sum + byteLength, 0);
    return Object.values(this.#hex).reduce((sum, { memoryBytes }) => sum + memoryBytes, numbers);
  }

  drop(columns: readonly FactColumn[]): void {
    for (const name of columns) {
      if (isHex(name)) {
        this.#hex[name]?.dispose();
        delete this.#hex[name];
      } else delete this.#views[name];
      this.#dropped.add(name);
    }
  }

  writeKind(row: number, kind: number): void {
    writeNumber(this.#view('kind'), 'kind', row, kind);
  }

  writeNumber(column: NumberColumn, row: number, value: number): void {
    writeNumber(this.#view(column), column, row, value);
  }

  /** @param kind its number */
  write(row: number, facts: FileFacts, kind: number): void {
    this.writeKind(row, kind);
    this.writeNumber('width', row, facts.width);
    this.writeNumber('height', row, facts.height);
    this.writeNumber('bytes', row, facts.bytes);
    this.writeNumber('modifiedMs', row, facts.modifiedMs);
    this.writeNumber('levels', row, facts.levels ?? 0);
    this.writeNumber('span', row, facts.span ?? 0);
    for (const column of ['hash', 'phash'] as const) {
      const hex = facts[column];
      if (hex) this.#hexOf(column).write(row, hex);
    }
  }

  number(column: NumberColumn, row: number): number {
    if (this.#dropped.has(column)) return 0;
    const view = this.#view(column);
    const width = COLUMN_BYTES[column];
    const at = row * width;
    if (width === 8) return view.getFloat64(at, true);
    return width === 4 ? view.getUint32(at, true) : view.getUint16(at, true);
  }

  /** The hash of a row that has one; empty where the column was dropped. */
  hex(name: HexName, row: number): string {
    return this.#dropped.has(name) ? '' : this.#hexOf(name).read(row);
  }

  /** @param hashes whether they are read; without them that of the content is empty */
  facts(
    row: number,
    { others, has }: Kind,
    hashes: 'with hashes' | 'without hashes' = 'with hashes',
  ): FileFacts {
    const facts: Record<string, unknown> = {
      bytes: this.number('bytes', row),
      modifiedMs: this.number('modifiedMs', row),
      width: this.number('width', row),
      height: this.number('height', row),
    };
    for (const key of has) {
      if (this.#dropped.has(key) || (isHex(key) && hashes === 'without hashes')) {
        if (key === 'hash') facts['hash'] = '';
      } else if (key === 'hash' || key === 'phash') facts[key] = this.#hexOf(key).read(row);
      else facts[key] = this.number(key, row);
    }
    return Object.assign(facts, others) as unknown as FileFacts;
  }

  #hexOf(column: HexName): HexColumn {
    return this.#hex[column] ?? notLoaded(column);
  }

  #view(column: NumberColumn): DataView {
    return this.#views[column] ?? notLoaded(column);
  }
}

export type HexName = Exclude<ColumnName, NumberColumn>;

export function isHex(name: ColumnName): name is HexName {
  return name === 'hash' || name === 'phash';
}

function notLoaded(column: ColumnName): never {
  throw new RangeError(`The column ${column} was not loaded.`);
}
