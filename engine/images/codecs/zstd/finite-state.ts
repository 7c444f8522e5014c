/** Tables of finite state entropy. @source RFC 8878, section 4.1.1 */
import { damagedBy } from '../../errors.ts';
import { bitsAt } from './bits.ts';

/** For each state its symbol, and how many bits are added to which number to get the next state. */
export interface StateTable {
  /** bits of the first state */
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly next: Uint16Array;
}

/** Of a single symbol, which takes no bits. */
export function tableOfOne(symbol: number): StateTable {
  return {
    log: 0,
    symbols: Uint8Array.of(symbol),
    bits: new Uint8Array(1),
    next: new Uint16Array(1),
  };
}

/**
 * @param most.log    of the table
 * @param most.symbol that may occur
 * @returns the table, and the position behind its description
 * @throws StudioError `image-damaged`
 */
export function readTable(
  bytes: Uint8Array,
  start: number,
  most: { readonly log: number; readonly symbol: number },
): { readonly table: StateTable; readonly end: number } {
  const log = bitsAt(bytes, start * 8, 4) + 5;
  if (log > most.log) throw damagedBy('a table of its ZSTD data is too large');
  const counts: number[] = [];
  let position = start * 8 + 4;
  /** One more than what is to be distributed. */
  let remaining = (1 << log) + 1;
  let threshold = 1 << log;
  let width = log + 1;
  while (remaining > 1 && counts.length <= most.symbol) {
    // Small numbers take one bit less, as far as that can be told.
    const spare = 2 * threshold - 1 - remaining;
    const value = bitsAt(bytes, position, width);
    const low = value & (threshold - 1);
    const isShort = low < spare;
    position += isShort ? width - 1 : width;
    const count = (isShort ? low : value >= threshold ? value - spare : value) - 1;
    counts.push(count);
    remaining -= Math.abs(count);
    if (count === 0) position = readZeros(bytes, position, counts, most.symbol);
    while (remaining < threshold) {
      width -= 1;
      threshold >>= 1;
    }
  }
  const end = (position + 7) >> 3;
  if (remaining !== 1 || counts.length > most.symbol + 1 || end > bytes.length)
    throw damagedBy('a table of its ZSTD data is wrong');
  return { table: tableOf(counts, log), end };
}

/** Further symbols that do not occur: threes and a smaller number. */
function readZeros(bytes: Uint8Array, start: number, counts: number[], mostSymbol: number): number {
  let position = start;
  for (let more = 3; more === 3 && counts.length <= mostSymbol; ) {
    more = bitsAt(bytes, position, 2);
    position += 2;
    for (let i = 0; i < more; i++) counts.push(0);
  }
  return position;
}

/** @param counts of states for each symbol, together 2^log; -1 is one state with a whole new number */
export function tableOf(counts: readonly number[], log: number): StateTable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const following = counts.map(Math.abs);
  let high = size - 1;
  for (const [symbol, count] of counts.entries()) if (count < 0) symbols[high--] = symbol;
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (const [symbol, count] of counts.entries())
    for (let i = 0; i < count; i++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at > high);
    }
  const bits = new Uint8Array(size);
  const next = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const number = following[symbols[state]!]!++;
    bits[state] = log - (31 - Math.clz32(number));
    next[state] = (number << bits[state]!) - size;
  }
  return { log, symbols, bits, next };
}
