/** Sequential reading of the bytes of a pickle; reading beyond the end is an error. */
import { isUtf8 } from 'node:buffer';
import { Malformed } from './refusals.ts';

const LINE_END = 0x0a;

export class PickleBytes {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  uint16(): number {
    return this.#bytes.readUInt16LE(this.#advance(2));
  }

  int32(): number {
    return this.#bytes.readInt32LE(this.#advance(4));
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#advance(4));
  }

  /** Lengths of up to 2^64; those that a number cannot represent exactly exceed every file. */
  uint64(): number {
    return Number(this.#bytes.readBigUInt64LE(this.#advance(8)));
  }

  float64(): number {
    return this.#bytes.readDoubleBE(this.#advance(8));
  }

  take(length: number): Buffer {
    const from = this.#advance(length);
    return this.#bytes.subarray(from, this.at);
  }

  utf8(length: number): string {
    const bytes = this.take(length);
    return isUtf8(bytes) ? bytes.toString('utf8') : withSurrogates(bytes);
  }

  /** The text up to the next line feed, one character per byte. */
  line(): string {
    const end = this.#bytes.indexOf(LINE_END, this.at);
    if (end === -1) throw new Malformed('its pickle ends early');
    const text = this.#bytes.toString('latin1', this.at, end);
    this.at = end + 1;
    return text;
  }

  #advance(length: number): number {
    if (!(length >= 0 && length <= this.#bytes.length - this.at)) {
      throw new Malformed('its pickle ends early');
    }
    const from = this.at;
    this.at += length;
    return from;
  }
}

/**
 * A text with single surrogates, which Python uses for file names that are not UTF-8.
 * @throws Malformed when other parts are not UTF-8
 */
function withSurrogates(bytes: Buffer): string {
  const parts = bytes.toString('latin1').split(/(\xed[\xa0-\xbf][\x80-\xbf])/);
  return parts
    .map((part, i) => {
      const its = Buffer.from(part, 'latin1');
      if (i % 2 === 1)
        return String.fromCharCode(0xd000 | ((its[1]! & 0x3f) << 6) | (its[2]! & 0x3f));
      if (!isUtf8(its)) throw new Malformed('a text in it is not UTF-8');
      return its.toString('utf8');
    })
    .join('');
}
