/** Bits of ZSTD data, in both directions. @source RFC 8878, sections 4.1 and 4.1.1 */
import { damagedBy } from '../../errors.ts';

/** Bits from the lowest of the first byte on; those behind the end are 0. */
export function bitsAt(bytes: Uint8Array, position: number, count: number): number {
  const at = position >> 3;
  const word =
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24);
  const shift = position & 7;
  const low = word >>> shift;
  // A fifth byte holds the rest of more than 25 bits.
  const value = shift + count > 32 ? low | ((bytes[at + 4] ?? 0) << (32 - shift)) : low;
  return count === 32 ? value >>> 0 : value & (2 ** count - 1);
}

/** Bits that are read from the end of their bytes to the beginning. */
export class BackwardBits {
  readonly #bytes: Uint8Array;
  #left: number;

  /** @throws StudioError `image-damaged` */
  constructor(bytes: Uint8Array) {
    const last = bytes.at(-1);
    if (!last) throw damagedBy('a part of its ZSTD data has no end');
    this.#bytes = bytes;
    // The highest bit that is set marks the end.
    this.#left = bytes.length * 8 - 1 - Math.clz32(last << 24);
  }

  /** Bits that are left; negative where more were read than there are. */
  get left(): number {
    return this.#left;
  }

  /** @param count at most 31 */
  read(count: number): number {
    const value = this.peek(count);
    this.#left -= count;
    return value;
  }

  /** The next bits; those before the beginning are 0. */
  peek(count: number): number {
    const position = this.#left - count;
    if (position >= 0) return bitsAt(this.#bytes, position, count);
    return this.#left > 0 ? bitsAt(this.#bytes, 0, this.#left) << -position : 0;
  }

  skip(count: number): void {
    this.#left -= count;
  }
}
