/** The sequences of a block: literals, and a match that follows them. @source RFC 8878, section 3.1.1.3.2 */
import { damagedBy } from '../../errors.ts';
import { BackwardBits } from './bits.ts';
import { readTable, type StateTable, tableOf, tableOfOne } from './finite-state.ts';
import { nextState } from './huffman-table.ts';
import type { Output } from './output.ts';

/** Tables of the last block that had sequences, which the next one may use again. */
export interface SequenceTables {
  readonly literals: StateTable;
  readonly offsets: StateTable;
  readonly matches: StateTable;
}

interface Code {
  readonly most: { readonly log: number; readonly symbol: number };
  readonly usual: StateTable;
}

/** Extra bits of each code, and the number that they are added to. */
interface Lengths {
  readonly bits: readonly number[];
  readonly bases: readonly number[];
}

const lengths = (bits: readonly number[], first: number): Lengths => {
  let base = first;
  return {
    bits,
    bases: bits.map((count) => {
      const own = base;
      base += 2 ** count;
      return own;
    }),
  };
};

const times = (count: number, value: number) => Array.from({ length: count }, () => value);

const LITERAL_LENGTHS = lengths(
  [...times(16, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  0,
);
const MATCH_LENGTHS = lengths(
  [...times(32, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  3,
);

/** Tables that no block has to state. @source RFC 8878, section 3.1.1.3.2.2 */
const LITERAL_CODE: Code = {
  most: { log: 9, symbol: 35 },
  usual: tableOf(
    [
      ...[4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1],
      ...[2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1],
    ],
    6,
  ),
};
const MATCH_CODE: Code = {
  most: { log: 9, symbol: 52 },
  usual: tableOf([1, 4, 3, 2, 2, 2, 2, 2, 2, ...times(37, 1), ...times(7, -1)], 6),
};
const OFFSET_CODE: Code = {
  most: { log: 8, symbol: 31 },
  usual: tableOf([...times(6, 1), 2, 2, 2, ...times(15, 1), ...times(5, -1)], 5),
};

/**
 * @param block    from the number of sequences to the end of the block
 * @param literals of the block, which are written with the matches
 * @param known    of the block before
 * @returns for the next block
 * @throws StudioError `image-damaged`
 */
export function runSequences(
  block: Uint8Array,
  literals: Uint8Array,
  known: SequenceTables | undefined,
  output: Output,
): SequenceTables | undefined {
  const [count, start] = countOf(block);
  if (count === 0) {
    if (start !== block.length) throw damagedBy('a block of its ZSTD data is longer than it says');
    output.append(literals);
    return known;
  }
  const { tables, end } = readTables(block, start, known);
  const bits = new BackwardBits(block.subarray(end));
  const states = {
    literals: bits.read(tables.literals.log),
    offsets: bits.read(tables.offsets.log),
    matches: bits.read(tables.matches.log),
  };
  let used = 0;
  for (let left = count; left > 0; left--) {
    const offsetBits = tables.offsets.symbols[states.offsets]!;
    const matchCode = tables.matches.symbols[states.matches]!;
    const literalCode = tables.literals.symbols[states.literals]!;
    const offset = 2 ** offsetBits + bits.read(offsetBits);
    const match = MATCH_LENGTHS.bases[matchCode]! + bits.read(MATCH_LENGTHS.bits[matchCode]!);
    const length =
      LITERAL_LENGTHS.bases[literalCode]! + bits.read(LITERAL_LENGTHS.bits[literalCode]!);
    if (bits.left < 0 || used + length > literals.length)
      throw damagedBy('a block of its ZSTD data is cut');
    output.append(literals.subarray(used, used + length));
    output.repeat(offset, match, length === 0);
    used += length;
    if (left === 1) break;
    states.literals = nextState(tables.literals, states.literals, bits);
    states.matches = nextState(tables.matches, states.matches, bits);
    states.offsets = nextState(tables.offsets, states.offsets, bits);
  }
  if (bits.left !== 0) throw damagedBy('a block of its ZSTD data does not end where it should');
  output.append(literals.subarray(used));
  return tables;
}

/** @returns the number of sequences, and the position behind it */
function countOf(block: Uint8Array): [count: number, end: number] {
  const [first = -1, second = -1, third = -1] = block;
  if (first < 0 || (first > 127 && second < 0) || (first === 255 && third < 0))
    throw damagedBy('its ZSTD data are cut');
  if (first < 128) return [first, 1];
  return first < 255 ? [((first - 128) << 8) + second, 2] : [second + (third << 8) + 0x7f00, 3];
}

function readTables(
  block: Uint8Array,
  start: number,
  known: SequenceTables | undefined,
): { tables: SequenceTables; end: number } {
  const modes = block[start] ?? 0;
  if ((modes & 3) !== 0) throw damagedBy('its ZSTD data have a mark that ZSTD reserves');
  let end = start + 1;
  const next = (shift: number, { most, usual }: Code, before: StateTable | undefined) => {
    switch ((modes >> shift) & 3) {
      case 0:
        return usual;
      case 1: {
        const symbol = block[end++] ?? 255;
        if (symbol > most.symbol) throw damagedBy('a code of its ZSTD data is wrong');
        return tableOfOne(symbol);
      }
      case 2: {
        const read = readTable(block, end, most);
        end = read.end;
        return read.table;
      }
      default:
        if (before === undefined) throw damagedBy('its ZSTD data have no table');
        return before;
    }
  };
  const literals = next(6, LITERAL_CODE, known?.literals);
  const offsets = next(4, OFFSET_CODE, known?.offsets);
  const matches = next(2, MATCH_CODE, known?.matches);
  return { tables: { literals, offsets, matches }, end };
}
