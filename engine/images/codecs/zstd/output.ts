/** The decoded bytes of a file, of which matches repeat earlier ones. */
import { damagedBy } from '../../errors.ts';

export class Output {
  readonly #bytes: Uint8Array;
  #length = 0;
  /** Where the frame begins. */
  #start = 0;
  /** Offsets of the last matches. */
  #last: [number, number, number] = [1, 4, 8];

  /** @param most bytes */
  constructor(most: number) {
    this.#bytes = new Uint8Array(most);
  }

  get length(): number {
    return this.#length;
  }

  beginFrame(): void {
    this.#start = this.#length;
    this.#last = [1, 4, 8];
  }

  /** @throws StudioError `image-damaged` */
  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length - bytes.length);
  }

  fill(byte: number, count: number): void {
    this.#reserve(count);
    this.#bytes.fill(byte, this.#length - count, this.#length);
  }

  /**
   * @param stated offset, or up to 3 for one of the last ones
   * @param follows whether the match follows another without literals between them
   * @source RFC 8878, section 3.1.1.5
   */
  repeat(stated: number, count: number, follows: boolean): void {
    const offset = this.#offset(stated, follows);
    if (offset < 1 || offset > this.#length - this.#start)
      throw damagedBy('its ZSTD data repeat what is not there');
    this.#reserve(count);
    const bytes = this.#bytes;
    const end = this.#length;
    if (offset >= count) {
      bytes.copyWithin(end - count, end - count - offset, end - offset);
      return;
    }
    for (let at = end - count; at < end; at++) bytes[at] = bytes[at - offset]!;
  }

  /** The bytes of this frame. */
  frame(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#length);
  }

  /** All bytes. */
  all(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #offset(stated: number, follows: boolean): number {
    const [first, second, third] = this.#last;
    if (stated > 3) {
      this.#last = [stated - 3, first, second];
      return stated - 3;
    }
    const which = follows ? stated : stated - 1;
    if (which === 0) return first;
    const offset = which === 1 ? second : which === 2 ? third : first - 1;
    this.#last = which === 1 ? [offset, first, third] : [offset, first, second];
    return offset;
  }

  #reserve(count: number): void {
    this.#length += count;
    if (this.#length > this.#bytes.length)
      throw damagedBy('its ZSTD data are longer than its picture');
  }
}
