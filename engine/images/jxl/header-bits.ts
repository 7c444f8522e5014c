/** Fields of JPEG XL headers, lowest bit first. @source ISO/IEC 18181-1, annex B */
import { damagedBy } from '../errors.ts';

/** One of four ways to write a number: what is added to so many bits. */
type Way = readonly [base: number, bits: number];

export class HeaderBits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @param count at most 30 @throws StudioError `image-damaged` where the bytes end */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw damagedBy('its header is cut');
      value |= ((byte >> (this.#at & 7)) & 1) << i;
    }
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** Two bits choose the way in which the number is written. */
  number(...ways: readonly [Way, Way, Way, Way]): number {
    const [base, bits] = ways[this.bits(2)]!;
    return base + this.bits(bits);
  }

  /** One of a list of meanings. */
  choice(): number {
    return this.number([0, 0], [1, 0], [2, 4], [18, 6]);
  }

  skip(count: number): void {
    for (let left = count; left > 0; left -= 30) this.bits(Math.min(30, left));
  }
}
