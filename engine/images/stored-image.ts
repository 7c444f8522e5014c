/**
 * Pictures as their files store them: numbers of any type, in any number of channels. Nothing is
 * scaled or rounded before `scaleValues` maps a stated range of each channel to 0..1.
 */
import { type StackChannels, USUAL_STACKS } from '../contract/settings/stack-channels.ts';
import type { STORED_EXTENSIONS } from './extensions.ts';

/** Values in the type in which they are stored, or in one that holds all of them exactly. */
export type StoredValues =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** From the value that becomes 0 to the one that becomes 1; white may be the lower one. */
export type ValueRange = readonly [black: number, white: number];

/** What the channels of a picture mean. Without a stated meaning they are `other`. */
export type Colours = 'grey' | 'rgb' | 'other';

/** What is known of a file without its values. Sizes are those of upright pictures. */
export interface StoredFacts {
  /** of the file, such as "tiff" or "dicom" */
  readonly format: string;
  readonly width: number;
  readonly height: number;
  /** without transparency */
  readonly channels: number;
  readonly colours: Colours;
  /** pictures in the file: frames, pages or slices; at least 1 */
  readonly samples: number;
  /** type of the stored numbers, such as "uint16" or "float32" */
  readonly type: string;
  /** bits of a number that the file says are used, such as 12 of 16 */
  readonly bits: number;
  /**
   * Range of all values that may occur, after any conversion that the file asks for. Undefined for
   * floating point numbers, which have none.
   */
  readonly typeRange?: ValueRange;
  /** Ranges that the file states to be shown: one for all channels, or one for each. */
  readonly metadataRanges?: readonly ValueRange[];
  /** Further ranges of all channels that the file states: the second (`metadata:2`) and so on. */
  readonly otherRanges?: readonly ValueRange[];
  /** dimensions of a stack that are channels, where these are not the usual ones */
  readonly stack?: StackChannels;
  /** the value that stands for "nothing was measured" */
  readonly noData?: number;
  /** names of the channels, where the file has them; never names of patients or places */
  readonly channelNames?: readonly string[];
}

/** One picture, or a region of it: plane after plane, rows from the top. */
export interface StoredPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** [C, H, W] */
  readonly values: StoredValues;
}

/** A rectangle in pixels of the upright picture. */
export interface StoredRegion {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Size of a picture, or of a smaller copy that the file has of it. */
export interface Level {
  readonly width: number;
  readonly height: number;
}

/** An open file. Whoever opens it closes the source of its bytes. */
export interface StoredImage extends StoredFacts {
  /** The picture itself first, then smaller copies; one level where there are no copies. */
  readonly levels: readonly Level[];
  /**
   * Only what the region needs is read, where the format allows it.
   *
   * @param sample from 0
   * @param region of the level's pixels; the whole picture without one
   * @param level  index into `levels`; the picture itself without one
   * @throws StudioError `image-damaged`, `image-unsupported`
   */
  read(sample: number, region?: StoredRegion, level?: number): Promise<StoredPixels>;
}

/** Which of a file's dimensions are samples and which are channels. */
export interface ReadChoices {
  /** dimensions of TIFF stacks that are channels; or the first position of the others alone */
  readonly pages: StackChannels | 'first';
  /** the axis of NIfTI volumes along which slices are samples */
  readonly axis: 0 | 1 | 2;
  /** files with more pixels are rejected; a level that is read by region may have more */
  readonly pixelLimit: number;
}

export const DEFAULT_CHOICES: Omit<ReadChoices, 'pixelLimit'> = {
  pages: USUAL_STACKS,
  axis: 2,
};

/** @throws StudioError `image-damaged`, `image-unsupported`, `image-too-large` */
export type OpenImage = (source: ByteSource, choices: ReadChoices) => Promise<StoredImage>;

/** A reader of one format. */
export interface ImageReader {
  readonly format: keyof typeof STORED_EXTENSIONS;
  /** whether files of any size are opened, and their regions read without the rest */
  readonly readsRegions?: true;
  /** @param head the first bytes of the file, at least 512 where it has as many */
  recognises(head: Uint8Array): boolean;
  readonly open: OpenImage;
}

/** Bytes of a file or of an entry in a container. */
export interface ByteSource {
  readonly size: number;
  /** @returns exactly `length` bytes @throws StudioError `image-damaged` where there are fewer */
  read(offset: number, length: number): Promise<Uint8Array>;
}
