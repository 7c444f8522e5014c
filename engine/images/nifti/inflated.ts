/** Files in gzip, read in pieces from their beginning, so that memory does not grow with them. */
import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { damagedBy } from '../errors.ts';
import type { ByteSource } from '../stored-image.ts';

const PIECE_BYTES = 262_144;
/** Inflated files up to this size are kept while they are open. */
export const MOST_KEPT_BYTES = 268_435_456;
/** Deflate makes at most so many bytes of one. */
const MOST_RATIO = 1032;

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** What the first bytes of a file in gzip give; empty where they are damaged. */
export function inflateHead(head: Uint8Array): Uint8Array {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array();
  }
}

async function* piecesOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; at += PIECE_BYTES)
    yield source.read(at, Math.min(PIECE_BYTES, source.size - at));
}

/** A file of a known size. A range of a large one is found by inflating all that is before it. */
export class InflatedSource implements ByteSource {
  readonly size: number;
  readonly #source: ByteSource;
  #whole: Promise<Buffer> | undefined;

  /** @throws StudioError `image-damaged` where the file cannot have so many bytes */
  constructor(source: ByteSource, size: number) {
    if (size > MOST_RATIO * source.size) throw damagedBy('the file ends before its picture does');
    this.#source = source;
    this.size = size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (this.size > MOST_KEPT_BYTES) return this.#range(offset, length);
    this.#whole ??= this.#range(0, this.size);
    return (await this.#whole).subarray(offset, offset + length);
  }

  async #range(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    let [at, done] = [0, 0];
    for await (const piece of this.#inflate()) {
      const from = Math.max(0, offset - at);
      if (from < piece.length) done += piece.copy(bytes, done, from);
      at += piece.length;
      // The checksum at the end is compared where the whole file is read.
      const isEnough = length < this.size || at > this.size + MOST_KEPT_BYTES;
      if (done === length && isEnough) break;
    }
    if (done === length) return bytes;
    throw damagedBy('the file ends before its picture does');
  }

  async *#inflate(): AsyncGenerator<Buffer> {
    const gunzip = createGunzip();
    // Errors of either stream reach the loop below, which reads the second one.
    pipeline(Readable.from(piecesOf(this.#source)), gunzip, () => {});
    try {
      for await (const piece of gunzip) yield piece as Buffer;
    } catch (error) {
      throw damagedBy('its gzip data cannot be inflated', error);
    }
  }
}
