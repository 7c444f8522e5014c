/** The range coder of LZMA. @source LZMA specification (Igor Pavlov, 2015) */
import { damagedBy } from '../../errors.ts';

const PROBABILITY_BITS = 11;
const WHOLE = 1 << PROBABILITY_BITS;
const SHIFT = 5;
const TOP = 2 ** 24;
const START_BYTES = 5;

export class RangeDecoder {
  readonly #bytes: Uint8Array;
  #at = START_BYTES;
  #range = 0xffffffff;
  #code: number;

  /** @throws StudioError `image-damaged` */
  constructor(bytes: Uint8Array) {
    if (bytes.length < START_BYTES || bytes[0] !== 0) throw damagedBy('its LZMA data are cut');
    this.#bytes = bytes;
    this.#code = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  }

  /** A bit with an adaptive probability. */
  bit(probabilities: Uint16Array, index: number): 0 | 1 {
    this.#fill();
    const probability = probabilities[index]!;
    const bound = (this.#range >>> PROBABILITY_BITS) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      probabilities[index] = probability + ((WHOLE - probability) >> SHIFT);
      return 0;
    }
    this.#range -= bound;
    this.#code -= bound;
    probabilities[index] = probability - (probability >> SHIFT);
    return 1;
  }

  /** Bits that are 0 and 1 equally often. */
  directBits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.#fill();
      this.#range = Math.floor(this.#range / 2);
      const isOne = this.#code >= this.#range;
      if (isOne) this.#code -= this.#range;
      value = value * 2 + (isOne ? 1 : 0);
    }
    return value;
  }

  /** A tree of bits with the lowest bit first. */
  reverseBits(probabilities: Uint16Array, base: number, count: number): number {
    let [index, value] = [1, 0];
    for (let i = 0; i < count; i++) {
      const bit = this.bit(probabilities, base + index);
      index = (index << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  #fill(): void {
    if (this.#range >= TOP) return;
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw damagedBy('its LZMA data are cut');
    this.#range *= 256;
    this.#code = this.#code * 256 + byte;
  }
}

export class BitTree {
  readonly #bits: number;
  readonly #probabilities: Uint16Array;

  constructor(bits: number) {
    this.#bits = bits;
    this.#probabilities = new Uint16Array(1 << bits).fill(WHOLE / 2);
  }

  decode(range: RangeDecoder): number {
    let index = 1;
    for (let i = 0; i < this.#bits; i++)
      index = (index << 1) | range.bit(this.#probabilities, index);
    return index - (1 << this.#bits);
  }

  decodeReverse(range: RangeDecoder): number {
    return range.reverseBits(this.#probabilities, 0, this.#bits);
  }
}
