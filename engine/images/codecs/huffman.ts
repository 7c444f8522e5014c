/** Huffman codes and the bits of a scan in JPEG files. @source ITU-T T.81, annexes C and F */
import { damagedBy } from '../errors.ts';

const LOOK_BITS = 9;

export interface HuffmanTable {
  /** length * 256 + symbol by the next bits; 0 where the code is longer */
  readonly short: Uint16Array;
  /** by length: the first code, the first index and the number of codes */
  readonly firstCode: Int32Array;
  readonly firstIndex: Int32Array;
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

/** @throws StudioError `image-damaged` for codes that do not fit */
function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const short = new Uint16Array(1 << LOOK_BITS);
  const firstCode = new Int32Array(17);
  const firstIndex = new Int32Array(17);
  for (let length = 1, code = 0, index = 0; length <= 16; length++, code <<= 1) {
    firstCode[length] = code;
    firstIndex[length] = index;
    for (let i = 0; i < counts[length - 1]!; i++, code++, index++) {
      if (code >= 1 << length) throw damagedBy('its Huffman table is wrong');
      if (length > LOOK_BITS) continue;
      const from = code << (LOOK_BITS - length);
      const to = (code + 1) << (LOOK_BITS - length);
      short.fill(length * 256 + symbols[index]!, from, to);
    }
  }
  return { short, firstCode, firstIndex, counts, symbols };
}

/** @param tables by class and number, as scans name them @throws StudioError `image-damaged` */
export function readHuffmanTables(body: Uint8Array, tables: Map<number, HuffmanTable>): void {
  for (let at = 0; at + 17 <= body.length; ) {
    const counts = body.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (at + 17 + total > body.length) throw damagedBy('its Huffman table is cut');
    tables.set(body[at]!, huffmanTable(counts, body.subarray(at + 17, at + 17 + total)));
    at += 17 + total;
  }
}

/** Bits of a scan up to the next marker. */
export class ScanBits {
  /** position of the next byte */
  position: number;
  readonly #bytes: Uint8Array;
  #held = 0;
  #count = 0;
  /** bits that were added after the data ended, which no code may use */
  #added = 0;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  /** @throws StudioError `image-damaged` */
  symbol(table: HuffmanTable): number {
    this.#fill(16);
    const entry = table.short[(this.#held >>> (this.#count - LOOK_BITS)) & ((1 << LOOK_BITS) - 1)]!;
    if (entry !== 0) {
      this.#use(entry >> 8);
      return entry & 255;
    }
    for (let length = LOOK_BITS + 1; length <= 16; length++) {
      const code = (this.#held >>> (this.#count - length)) & ((1 << length) - 1);
      const at = code - table.firstCode[length]!;
      if (at >= 0 && at < table.counts[length - 1]!) {
        this.#use(length);
        return table.symbols[table.firstIndex[length]! + at]!;
      }
    }
    throw damagedBy('its JPEG data have an unknown code');
  }

  /** A signed number of 0 to 15 bits. */
  difference(bits: number): number {
    if (bits === 0) return 0;
    this.#fill(bits);
    const value = (this.#held >>> (this.#count - bits)) & ((1 << bits) - 1);
    this.#use(bits);
    return value < 1 << (bits - 1) ? value - (1 << bits) + 1 : value;
  }

  /** The next interval, after its marker. @param number 0 to 7 @throws StudioError `image-damaged` */
  restart(number: number): void {
    [this.#held, this.#count, this.#added] = [0, 0, 0];
    const bytes = this.#bytes;
    while (bytes[this.position] === 0xff && bytes[this.position + 1] === 0xff) this.position++;
    if (bytes[this.position] !== 0xff || bytes[this.position + 1] !== 0xd0 + number)
      throw damagedBy('its JPEG data have a restart at a wrong place');
    this.position += 2;
  }

  #fill(needed: number): void {
    while (this.#count < needed) {
      const byte = this.#bytes[this.position];
      const isMarker = byte === 0xff && this.#bytes[this.position + 1] !== 0;
      this.#count += 8;
      if (byte === undefined || isMarker) {
        this.#held <<= 8;
        this.#added += 8;
        continue;
      }
      this.#held = (this.#held << 8) | byte;
      this.position += byte === 0xff ? 2 : 1;
    }
  }

  #use(bits: number): void {
    this.#count -= bits;
    if (this.#count < this.#added) throw damagedBy('its JPEG data end too early');
  }
}
