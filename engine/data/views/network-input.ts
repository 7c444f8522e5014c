/**
 * Pictures on their way into a network: decoded, resized and normalised. Pictures of 8 bits stay
 * bytes where the network takes three channels of their type's range, and all others are planes of
 * floating point numbers.
 */

import type { StoredKind } from '../../contract/stored-kind.ts';
import { decodeImage, decodeRegion, type Size } from '../pixels/decode.ts';
import type { Region, RgbImage } from '../pixels/image.ts';
import { isPlanes, type Picture } from '../pixels/picture.ts';
import { pastePlanes } from '../pixels/planes.ts';
import { type Reading, RGB_READING, readsBytes } from '../pixels/reading.ts';
import type { Interpolation } from '../pixels/resample/filter-taps.ts';
import { resizePlanes } from '../pixels/resample/resample-planes.ts';
import { Resampler } from '../pixels/resample/resampler.ts';
import { decodeStored, decodeStoredRegion, planesOfBytes } from '../pixels/stored/decode-planes.ts';
import type { PreparedPlace } from '../prepared/prepared-images.ts';
import { PreparedReader } from '../prepared/read-prepared.ts';
import { nearestBytes, normalisationTables, writeNormalised } from './augment/normalise.ts';
import { normalisePlanes } from './augment/normalise-planes.ts';
import { pasted } from './placement.ts';

/** Without a stated reading, three channels of the range of their type. */
export interface InputOptions extends Partial<Reading> {
  /** of each channel, on the scale from 0 to 1 */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** A file of which is known how it is read. */
export interface KnownFile extends Size {
  readonly path: string;
  /** of files that are read as they are stored */
  readonly stored?: StoredKind | undefined;
  /** where it lies prepared; crops are read from there */
  readonly prepared?: PreparedPlace | undefined;
}

export class NetworkInput {
  readonly channels: number;
  readonly #options: InputOptions;
  readonly #reading: Reading;
  readonly #tables: readonly Float32Array[];
  readonly #resampler = new Resampler();
  readonly #prepared = new PreparedReader();

  constructor(options: InputOptions) {
    const { channels, valueRange } = RGB_READING;
    this.#options = options;
    this.#reading = {
      channels: options.channels ?? channels,
      valueRange: options.valueRange ?? valueRange,
    };
    this.channels = this.#reading.channels;
    this.#tables = readsBytes(this.#reading) ? normalisationTables(options.mean, options.std) : [];
  }

  /** A whole picture. @throws StudioError `image-unreadable` naming the file and the reason */
  async decode(path: string): Promise<Picture> {
    const stored = await decodeStored(path, this.#reading);
    return stored ?? this.#ofBytes(path, await decodeImage(path));
  }

  /**
   * A region, of which bytes may be shrunk while it stays at least as large as its target.
   *
   * @throws StudioError `image-unreadable` naming the file and the reason; `prepared-damaged`
   */
  async decodeRegion(file: KnownFile, region: Region, target: Size): Promise<Picture> {
    const { path, prepared } = file;
    if (prepared !== undefined) return this.#prepared.read(prepared, file, region);
    const takesBytes = readsBytes(this.#reading);
    const { stored } = file;
    if (stored !== undefined && !(takesBytes && stored.hasBytes))
      return decodeStoredRegion(path, region, this.#reading);
    const least = takesBytes ? target : region;
    return this.#ofBytes(path, await decodeRegion(path, file, region, least));
  }

  #ofBytes(path: string, image: RgbImage): Picture {
    return readsBytes(this.#reading) ? image : planesOfBytes(path, image, this.#reading);
  }

  /**
   * Resize a picture, or compute a window of the result. What is returned may be changed; bytes are
   * valid until the next call.
   */
  resize(
    picture: Picture,
    { width, height }: Size,
    filter: Interpolation,
    window?: Region,
  ): Picture {
    return isPlanes(picture)
      ? resizePlanes(picture, width, height, filter, window)
      : this.#resampler.resize(picture, width, height, filter, window);
  }

  /** The picture on a ground of the mean. */
  paste(picture: Picture, to: Region, size: Size): Picture {
    const { mean } = this.#options;
    return isPlanes(picture)
      ? pastePlanes(picture, to, size, mean)
      : pasted(picture, to, size, nearestBytes(mean));
  }

  /** @param out [C, H, W] @param tables of bytes, where a tone is still to be applied */
  write(picture: Picture, out: Float32Array, tables = this.#tables): void {
    if (isPlanes(picture)) normalisePlanes(picture, this.#options, out);
    else writeNormalised(picture, tables, out);
  }

  /** Closes the files of prepared images. */
  close(): Promise<void> {
    return this.#prepared.close();
  }

  /** Normalised values of bytes, by channel. */
  get tables(): readonly Float32Array[] {
    return this.#tables;
  }
}
