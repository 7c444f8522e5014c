/** Reading of a data set from its beginning, in windows, so that a small element costs no read. */
import { damagedBy } from '../errors.ts';
import type { ByteSource } from '../stored-image.ts';

const WINDOW_BYTES = 16_384;

export class Cursor {
  position: number;
  readonly #source: ByteSource;
  #window: Buffer = Buffer.alloc(0);
  #from = 0;

  constructor(source: ByteSource, position: number) {
    this.#source = source;
    this.position = position;
  }

  get size(): number {
    return this.#source.size;
  }

  /** @throws StudioError `image-damaged` where the file has fewer bytes */
  async take(length: number): Promise<Buffer> {
    const bytes = await this.peek(length);
    this.position += length;
    return bytes;
  }

  async peek(length: number): Promise<Buffer> {
    const at = this.position - this.#from;
    if (at < 0 || at + length > this.#window.length) await this.#refill(length);
    const start = this.position - this.#from;
    return this.#window.subarray(start, start + length);
  }

  /** @throws StudioError `image-damaged` for a position beyond the end of the file */
  skip(length: number): void {
    if (this.position + length > this.size)
      throw damagedBy('the file ends before its picture does');
    this.position += length;
  }

  async #refill(length: number): Promise<void> {
    const left = this.size - this.position;
    const bytes = await this.#source.read(
      this.position,
      Math.max(length, Math.min(WINDOW_BYTES, left)),
    );
    this.#window = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#from = this.position;
  }
}
