/** An image as it is prepared: shrunk as a whole, in the encoding of its entry. */
import type { StoredKind } from '../../contract/stored-kind.ts';
import type { Size } from '../pixels/decode.ts';
import { type Reading, readsBytes } from '../pixels/reading.ts';
import { type EntryLayout, encodeEntry, encodingOf } from '../prepared/entry-layout.ts';
import { reasonOf } from '../sources/unreadable.ts';
import { type KnownFile, NetworkInput } from '../views/network-input.ts';
import type { PreparedSettings } from './prepared-settings.ts';
import { preparedSize } from './prepared-size.ts';

/** Images that are decoded to more bytes are read from their files. */
const MOST_DECODED_BYTES = 2 ** 30;

/** A decoder may shrink an image to this many times its prepared size. */
const DECODED_SHARE = 2;

export interface PreparableImage extends Size {
  readonly stored?: StoredKind | undefined;
}

/** @returns undefined for an image that is too large to be shrunk in memory */
export function layoutOf(
  image: PreparableImage,
  settings: PreparedSettings,
): EntryLayout | undefined {
  const { stored } = image;
  const size = preparedSize(image, settings);
  if (readsBytes(settings) && (stored === undefined || stored.hasBytes))
    return { ...size, channels: settings.channels, encoding: 'rgb8' };
  const decoded = image.width * image.height * settings.channels * Float32Array.BYTES_PER_ELEMENT;
  if (decoded > MOST_DECODED_BYTES) return undefined;
  return { ...size, channels: settings.channels, encoding: encodingOf(stored) };
}

export interface PrepareRequest {
  readonly file: KnownFile;
  readonly layout: EntryLayout;
}

/** Of an entry its bytes, or why there is none. */
export type PreparedReply = { readonly bytes: Uint8Array } | { readonly reason: string };

export class PicturePreparer {
  readonly #input: NetworkInput;

  constructor(reading: Reading) {
    // Nothing is normalised.
    const zeros = new Array<number>(reading.channels).fill(0);
    this.#input = new NetworkInput({ ...reading, mean: zeros, std: zeros });
  }

  async reply({ file, layout }: PrepareRequest): Promise<PreparedReply> {
    try {
      return { bytes: await this.#prepare(file, layout) };
    } catch (error) {
      return { reason: reasonOf(error) };
    }
  }

  /** @throws StudioError `image-unreadable` naming the file and the reason */
  async #prepare(file: KnownFile, layout: EntryLayout): Promise<Uint8Array> {
    const { width, height } = layout;
    const whole = { left: 0, top: 0, width: file.width, height: file.height };
    const isSameSize = width === file.width && height === file.height;
    const least = isSameSize
      ? file
      : { width: DECODED_SHARE * width, height: DECODED_SHARE * height };
    const picture = await this.#input.decodeRegion(file, whole, least);
    if (isSameSize) return encodeEntry(picture, layout);
    // The last pixels of a picture that its decoder has shrunk may show less than a whole one.
    const shrunk = 2 ** Math.round(Math.log2(file.width / picture.width));
    const box = { left: 0, top: 0, width: file.width / shrunk, height: file.height / shrunk };
    const resized = this.#input.resize({ ...picture, box }, { width, height }, 'bicubic');
    return encodeEntry(resized, layout);
  }
}
