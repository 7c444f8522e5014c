/** The facts of very many files in memory, in columns; see `index-table/columns.ts`. */
import type { FileFacts } from './file-facts.ts';
import { COLUMN_BYTES, hasHex, type Kind, kindOf, readKind } from './index-table/columns.ts';
import {
  FACT_COLUMNS,
  type FactColumn,
  FactColumns,
  type HexName,
  isHex,
} from './index-table/fact-columns.ts';
import { type HexColumn, hexOnDisk } from './index-table/hex-column.ts';
import { SharedTexts } from './index-table/shared-texts.ts';

/** What sampling and rendering do not ask for. */
const BEYOND_TRAINING: readonly FactColumn[] = ['modifiedMs', 'levels', 'span', 'hash', 'phash'];

/** Hashes of fewer files stay in memory. */
const SPILLED_FROM = 200_000;

export interface Spill {
  /** the index file; in memory without one */
  readonly beside: string | undefined;
  /** files; for tests */
  readonly from?: number;
}

export class FactList {
  readonly length: number;
  readonly #columns: FactColumns;
  readonly #texts = new SharedTexts();
  readonly #kinds: Kind[] = [];
  /** Kinds of most files by short keys, since their texts take longer to make than all else. */
  readonly #plainKinds = new Map<string, number>();

  /** @param spill where hashes of very many files are kept on the disk meanwhile, not in memory */
  constructor(files: number, spill?: Spill) {
    this.length = files;
    const bytes: Partial<Record<FactColumn, Buffer>> = {};
    const hex: Partial<Record<HexName, HexColumn>> = {};
    const { beside, from = SPILLED_FROM } = spill ?? {};
    for (const name of FACT_COLUMNS) {
      const isSpilled = isHex(name) && beside !== undefined && files >= from;
      const column = isSpilled ? hexOnDisk(beside, COLUMN_BYTES[name]) : undefined;
      if (isHex(name) && column !== undefined) hex[name] = column;
      else bytes[name] = Buffer.alloc(files * COLUMN_BYTES[name]);
    }
    this.#columns = new FactColumns(bytes, hex);
  }

  /** @param facts undefined for a file that is no image, as files are at first */
  set(position: number, facts: FileFacts | undefined): void {
    if (facts === undefined) {
      this.#columns.writeKind(position, 0);
      return;
    }
    this.#columns.write(position, facts, this.#kindOf(facts) + 1);
  }

  #kindOf(facts: FileFacts): number {
    const key = plainKey(facts);
    const known = key === undefined ? undefined : this.#plainKinds.get(key);
    if (known !== undefined) return known;
    const text = kindOf(facts);
    const kind = this.#texts.idOf(text);
    if (kind === this.#kinds.length) this.#kinds.push(readKind(text));
    if (key !== undefined) this.#plainKinds.set(key, kind);
    return kind;
  }

  at(position: number): FileFacts | undefined {
    const kind = this.#columns.number('kind', position);
    return kind === 0 ? undefined : this.#columns.facts(position, this.#kinds[kind - 1]!);
  }

  /** The facts with an empty hash of the content and none of the looks, which may lie on the disk. */
  withoutHashes(position: number): FileFacts | undefined {
    const kind = this.#columns.number('kind', position);
    return kind === 0
      ? undefined
      : this.#columns.facts(position, this.#kinds[kind - 1]!, 'without hashes');
  }

  /** A hash alone; empty where there is none. */
  hexAt(name: HexName, position: number): string {
    const kind = this.#columns.number('kind', position);
    if (kind === 0) return '';
    const { others, has } = this.#kinds[kind - 1]!;
    return has.includes(name) ? this.#columns.hex(name, position) : (others[name] ?? '');
  }

  /** Those facts that many files share, without the numbers and hashes of {@link at}. */
  textsAt(position: number): Partial<FileFacts> | undefined {
    const kind = this.#columns.number('kind', position);
    return kind === 0 ? undefined : this.#kinds[kind - 1]!.others;
  }

  /** As {@link textsAt}, of every file. */
  *texts(): Generator<Partial<FileFacts> | undefined> {
    for (let position = 0; position < this.length; position++) yield this.textsAt(position);
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

/** Of the facts of most files, what their kind depends on; undefined of others. */
function plainKey(facts: FileFacts): string | undefined {
  for (const name in facts) if (!USUAL.has(name)) return undefined;
  const { format, orientation, levels, span, hash, phash } = facts;
  if (!hasHex(hash, COLUMN_BYTES.hash) || !hasHex(phash, COLUMN_BYTES.phash)) return undefined;
  return `${format} ${orientation} ${levels !== undefined} ${span !== undefined}`;
}

const USUAL: ReadonlySet<string> = new Set([
  'bytes',
  'modifiedMs',
  'width',
  'height',
  'format',
  'orientation',
  'levels',
  'span',
  'hash',
  'phash',
] satisfies (keyof FileFacts)[]);
