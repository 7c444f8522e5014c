/** Small pictures of image files, decoded as training decodes them, and remembered for a while. */
import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import { StudioError } from '../contract/errors.ts';
import type { EncodedThumbnail, ThumbnailOrder } from '../contract/tools.ts';
import { decodeWithin } from '../data/decode.ts';

/** Up to this width and height every pixel is kept exactly: small pictures are looked at enlarged. */
const EXACT_SIDE = 96;
const QUALITY = 82;
/** Decoded at a time: as many as there are threads to do it, and few large files in memory at once. */
const CONCURRENCY = 4;
const REMEMBERED_BYTES = 64 << 20;

/** Makes thumbnails; what is asked for last comes first, since it is what the user looks at now. */
export class Thumbnails {
  readonly #memory: RecentlyUsed;
  readonly #waiting: (() => void)[] = [];
  #working = 0;

  constructor(rememberedBytes = REMEMBERED_BYTES) {
    this.#memory = new RecentlyUsed(rememberedBytes);
  }

  /** @throws StudioError `image-unreadable` naming the file and the reason */
  async get({ path, side }: ThumbnailOrder): Promise<EncodedThumbnail> {
    const { size, mtimeMs } = await stat(path).catch((cause: NodeJS.ErrnoException) => {
      const reason = `file cannot be read: ${cause.code}`;
      throw new StudioError('image-unreadable', `${path} cannot be decoded: ${reason}`, {
        details: { path, reason },
        cause,
      });
    });
    const key = JSON.stringify([path, size, mtimeMs, side]);
    const known = this.#memory.get(key);
    if (known !== undefined) return { type: 'image/webp', base64: known };
    await this.#turn();
    try {
      const base64 = (await encode(path, side)).toString('base64');
      this.#memory.set(key, base64);
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

async function encode(path: string, side: number): Promise<Buffer> {
  const { width, height, data } = await decodeWithin(path, side);
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  const isSmall = Math.max(width, height) <= EXACT_SIDE;
  return image.webp(isSmall ? { lossless: true, effort: 0 } : { quality: QUALITY }).toBuffer();
}

/** Texts by key; those not asked for longest go first when there are too many. */
class RecentlyUsed {
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
