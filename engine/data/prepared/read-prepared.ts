/** Reads crops of prepared pictures, in the thread that renders them. */
import { type FileHandle, open } from 'node:fs/promises';
import { StudioError } from '../../contract/errors.ts';
import type { Size } from '../pixels/decode.ts';
import type { Region } from '../pixels/image.ts';
import type { Picture } from '../pixels/picture.ts';
import { bandsAround, decodeBands, placeOfBands } from './entry-layout.ts';
import type { PreparedPlace } from './prepared-images.ts';

/** Files that a thread keeps open. */
const MOST_OPEN = 64;

export class PreparedReader {
  readonly #open = new Map<string, Promise<FileHandle>>();

  /**
   * The rows of a region, and the region within them.
   *
   * @param image pixels of the image
   * @param region in pixels of the image
   * @throws StudioError `prepared-damaged`
   */
  async read(place: PreparedPlace, image: Size, region: Region): Promise<Picture> {
    const box = scaled(region, place.width / image.width, place.height / image.height);
    const end = Math.min(place.height, Math.ceil(box.top + box.height));
    const bands = bandsAround(Math.floor(box.top), end, place.height);
    const planes = place.encoding === 'rgb8' ? 1 : place.channels;
    let picture: Picture | undefined;
    try {
      const handle = await this.#handle(place.shard);
      const read: Uint8Array[] = [];
      for (let plane = 0; plane < planes; plane++) {
        const { at, length } = placeOfBands(place, plane, bands);
        const buffer = Buffer.allocUnsafe(length);
        const { bytesRead } = await handle.read(buffer, 0, length, place.offset + at);
        if (bytesRead < length) throw damaged('its shard ends too early');
        read.push(buffer);
      }
      picture = decodeBands(place, bands, read);
    } catch (error) {
      throw error instanceof StudioError ? error : damaged(String(error), error);
    }
    if (picture === undefined) throw damaged('a checksum is wrong');
    return { ...picture, box: { ...box, top: box.top - bands.first } };
  }

  async close(): Promise<void> {
    const handles = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(handles.map(async (handle) => (await handle).close()));
  }

  async #handle(shard: string): Promise<FileHandle> {
    const known = this.#open.get(shard);
    // The newest is last.
    if (known !== undefined) this.#open.delete(shard);
    const handle = known ?? open(shard, 'r');
    this.#open.set(shard, handle);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN) {
      const old = this.#open.get(oldest!)!;
      this.#open.delete(oldest!);
      void old.then((file) => file.close()).catch(() => undefined);
    }
    return handle.catch((error: unknown) => {
      this.#open.delete(shard);
      throw error;
    });
  }
}

function scaled({ top, left, width, height }: Region, across: number, down: number): Region {
  return { top: top * down, left: left * across, width: width * across, height: height * down };
}

function damaged(reason: string, cause?: unknown): StudioError {
  return new StudioError('prepared-damaged', `A prepared image is damaged: ${reason}.`, {
    advice: 'Remove the prepared images and prepare them again.',
    details: { reason },
    cause,
  });
}
