/** Huffman codes of literals. @source RFC 8878, section 4.2 */
import { damagedBy } from '../../errors.ts';
import { BackwardBits } from './bits.ts';
import { readTable, type StateTable } from './finite-state.ts';

const MOST_BITS = 11;
const WEIGHTS = { log: 6, symbol: 255 };
/** Weights that are stored without compression have half a byte each, behind a byte from here on. */
const PLAIN = 128;

/** For each number of `most` bits the symbol that they begin with, and its bits. */
export interface HuffmanTable {
  readonly most: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

/** @returns the table, and the position behind its description @throws StudioError `image-damaged` */
export function readHuffman(
  bytes: Uint8Array,
  start: number,
): { readonly table: HuffmanTable; readonly end: number } {
  const head = bytes[start] ?? 0;
  const count = head - PLAIN + 1;
  const length = head < PLAIN ? head : (count + 1) >> 1;
  const end = start + 1 + length;
  if (end > bytes.length) throw damagedBy('its ZSTD data are cut');
  const stored = bytes.subarray(start + 1, end);
  const weights =
    head < PLAIN
      ? packedWeights(stored)
      : Array.from({ length: count }, (_, i) =>
          i % 2 === 0 ? stored[i >> 1]! >> 4 : stored[i >> 1]! & 15,
        );
  return { table: tableOf(weights), end };
}

/** Two states take turns until no bits are left. */
function packedWeights(bytes: Uint8Array): number[] {
  const { table, end } = readTable(bytes, 0, WEIGHTS);
  const bits = new BackwardBits(bytes.subarray(end));
  const states: [number, number] = [bits.read(table.log), bits.read(table.log)];
  if (bits.left < 0) throw damagedBy('its ZSTD codes are cut');
  const weights: number[] = [];
  for (let turn: 0 | 1 = 0; weights.length < WEIGHTS.symbol; turn = turn === 0 ? 1 : 0) {
    const state = states[turn];
    weights.push(table.symbols[state]!);
    if (bits.left < table.bits[state]!) {
      weights.push(table.symbols[states[turn === 0 ? 1 : 0]]!);
      return weights;
    }
    states[turn] = nextState(table, state, bits);
  }
  throw damagedBy('its ZSTD codes are too many');
}

export function nextState(table: StateTable, state: number, bits: BackwardBits): number {
  return table.next[state]! + bits.read(table.bits[state]!);
}

/** @param weights of the symbols but the last one, which takes what is left */
function tableOf(weights: readonly number[]): HuffmanTable {
  const sum = weights.reduce((total, weight) => total + (weight === 0 ? 0 : 2 ** (weight - 1)), 0);
  const most = sum === 0 ? 0 : 32 - Math.clz32(sum);
  const rest = 2 ** most - sum;
  const isPower = (rest & (rest - 1)) === 0;
  if (sum === 0 || sum >= 2 ** MOST_BITS || !isPower) throw damagedBy('its ZSTD codes are wrong');
  const all = [...weights, 32 - Math.clz32(rest)];
  const symbols = new Uint8Array(2 ** most);
  const bits = new Uint8Array(2 ** most);
  let at = 0;
  for (let weight = 1; weight <= most; weight++)
    for (const [symbol, own] of all.entries()) {
      if (own !== weight) continue;
      const end = at + 2 ** (weight - 1);
      symbols.fill(symbol, at, end);
      bits.fill(most + 1 - weight, at, end);
      at = end;
    }
  return { most, symbols, bits };
}

/** @param literals is filled, exactly @throws StudioError `image-damaged` */
export function decodeStream(
  coded: Uint8Array,
  { most, symbols, bits: lengths }: HuffmanTable,
  literals: Uint8Array,
): void {
  const bits = new BackwardBits(coded);
  for (let i = 0; i < literals.length; i++) {
    const code = bits.peek(most);
    literals[i] = symbols[code]!;
    bits.skip(lengths[code]!);
  }
  if (bits.left !== 0) throw damagedBy('literals of its ZSTD data do not end where they should');
}
