/** Columns of facts of files, in memory: writing and reading of rows. */
import { viewOf } from '../../images/byte-view.ts';
import type { FileFacts } from '../file-facts.ts';
import {
  COLUMN_BYTES,
  COLUMN_NAMES,
  type ColumnName,
  type Kind,
  type NumberColumn,
  writeNumber,
} from './columns.ts';

export type FactColumn = Exclude<ColumnName, 'folder' | 'nameEnd'>;
export const FACT_COLUMNS = COLUMN_NAMES.filter(
  (name): name is FactColumn => name !== 'folder' && name !== 'nameEnd',
);

export class FactColumns {
  readonly #bytes: Partial<Record<ColumnName, Buffer>>;
  readonly #views: Partial<Record<ColumnName, DataView>> = {};
  /** Dropped columns read as nothing; others that are absent cannot be asked for. */
  readonly #dropped = new Set<ColumnName>();

  constructor(bytes: Readonly<Partial<Record<ColumnName, Buffer>>>) {
    this.#bytes = { ...bytes };
    for (const name of COLUMN_NAMES) {
      const column = bytes[name];
      if (column !== undefined) this.#views[name] = viewOf(column);
    }
  }

  get memoryBytes(): number {
    return Object.values(this.#bytes).reduce((sum, { length }) => sum + length, 0);
  }

  drop(columns: readonly FactColumn[]): void {
    for (const name of columns) {
      delete this.#bytes[name];
      delete this.#views[name];
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
      if (hex) this.#bytes[column]!.write(hex, row * COLUMN_BYTES[column], 'hex');
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

  facts(row: number, { others, has }: Kind): FileFacts {
    const facts: Record<string, unknown> = {
      bytes: this.number('bytes', row),
      modifiedMs: this.number('modifiedMs', row),
      width: this.number('width', row),
      height: this.number('height', row),
    };
    for (const key of has) {
      if (this.#dropped.has(key)) {
        if (key === 'hash') facts['hash'] = '';
      } else if (key === 'hash' || key === 'phash') facts[key] = this.#hex(key, row);
      else facts[key] = this.number(key, row);
    }
    return Object.assign(facts, others) as unknown as FileFacts;
  }

  #hex(column: 'hash' | 'phash', row: number): string {
    const width = COLUMN_BYTES[column];
    this.#view(column);
    return this.#bytes[column]!.toString('hex', row * width, (row + 1) * width);
  }

  #view(column: ColumnName): DataView {
    const view = this.#views[column];
    if (view === undefined) throw new RangeError(`The column ${column} was not loaded.`);
    return view;
  }
}
