/** Bits of a JPEG-LS scan: a byte after 0xff has seven. @source ITU-T T.87, A.1 and C.1 */
import { damagedBy } from '../../errors.ts';

export class ScanBits {
  /** position of the next byte */
  position: number;
  readonly #bytes: Uint8Array;
  #held = 0;
  #count = 0;
  #afterFull = false;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  bit(): number {
    if (this.#count === 0) this.#fill();
    this.#count--;
    return (this.#held >>> this.#count) & 1;
  }

  /** @param count 0 to 16 */
  bits(count: number): number {
    let value = 0;
    for (let left = count; left > 0; ) {
      if (this.#count === 0) this.#fill();
      const taken = Math.min(left, this.#count);
      this.#count -= taken;
      value = (value << taken) | ((this.#held >>> this.#count) & ((1 << taken) - 1));
      left -= taken;
    }
    return value;
  }

  /**
   * A number in a Golomb code of limited length.
   *
   * @param rest bits that are taken as they are
   * @param longest of the code, with the bits of a whole difference
   * @source T.87, A.5.3
   */
  golomb(rest: number, longest: number, rangeBits: number): number {
    const most = longest - rangeBits - 1;
    let zeros = 0;
    while (zeros < most && this.bit() === 0) zeros++;
    if (zeros < most) return (zeros << rest) | this.bits(rest);
    if (this.bit() === 0) throw damagedBy('its JPEG-LS data have an unknown code');
    return this.bits(rangeBits) + 1;
  }

  #fill(): void {
    const byte = this.#bytes[this.position];
    const isMarker = byte === 0xff && (this.#bytes[this.position + 1] ?? 0x80) >= 0x80;
    if (byte === undefined || isMarker) throw damagedBy('its JPEG-LS data end too early');
    this.position++;
    this.#held = byte;
    this.#count = this.#afterFull ? 7 : 8;
    this.#afterFull = byte === 0xff;
  }
}
