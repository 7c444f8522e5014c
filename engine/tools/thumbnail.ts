/** Thumbnails of image files, decoded as in training, with a cache. */
import sharp from 'sharp';
import type { EncodedThumbnail, ThumbnailOrder } from '../contract/tools.ts';
import { decodeShownWithin } from '../data/pixels/stored/shown.ts';
import { statLocation } from '../data/sources/locate.ts';
import { unread } from '../data/sources/unreadable.ts';

/** Images up to this width and height are encoded lossless, since they are shown enlarged. */
const EXACT_SIDE = 96;
const QUALITY = 82;
/** Larger pictures are encoded with less effort: the default takes seconds for a photograph of 24 megapixels. */
const QUICK_SIDE = 2048;
/** Concurrent decodings: the number of threads for it, and few enough for large files to fit in memory. */
const CONCURRENCY = 4;
const CACHE_BYTES = 64 << 20;

/** Makes thumbnails. The latest request is served first, since the user is looking at that image. */
export class Thumbnails {
  readonly #cache: LruCache;
  readonly #waiting: (() => void)[] = [];
  #working = 0;

  constructor(cacheBytes = CACHE_BYTES) {
    this.#cache = new LruCache(cacheBytes);
  }

  /** @throws StudioError `image-unreadable` naming the file and the reason */
  async get({ path, side, view }: ThumbnailOrder): Promise<EncodedThumbnail> {
    const { size, mtimeMs } = await statLocation(path).catch((cause: unknown) => {
      throw unread(path, cause);
    });
    const key = JSON.stringify([path, size, mtimeMs, side, view]);
    const known = this.#cache.get(key);
    if (known !== undefined) return { type: 'image/webp', base64: known };
    await this.#turn();
    try {
      const base64 = (await encode(path, side, view)).toString('base64');
      this.#cache.set(key, base64);
      return { type: 'image/webp', base64 };
    } finally {
      this.#working--;
      this.#waiting.pop()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#working >= CONCURRENCY)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#working++;
  }
}

async function encode(path: string, side: number, view: ThumbnailOrder['view']): Promise<Buffer> {
  const { width, height, data } = await decodeShownWithin(path, side, view);
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  const longer = Math.max(width, height);
  if (longer <= EXACT_SIDE) return image.webp({ lossless: true, effort: 0 }).toBuffer();
  return image.webp({ quality: QUALITY, effort: longer > QUICK_SIDE ? 0 : 4 }).toBuffer();
}

/** A least-recently-used cache of texts. */
class LruCache {
  readonly #most: number;
  readonly #entries = new Map<string, string>();
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): string | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: string): void {
    this.#bytes -= this.#entries.get(key)?.length ?? 0;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    this.#bytes += value.length;
    for (const [oldKey, old] of this.#entries) {
      if (this.#bytes <= this.#most) break;
      this.#entries.delete(oldKey);
      this.#bytes -= old.length;
    }
  }
}
