/** The interface of formats that write files into a folder, image by image. */
import type { PredictedClass, PredictedImage } from './prediction.ts';

/** Where an image stands among those of a folder of predictions. */
export interface ImagePlace {
  /** From 1. */
  readonly id: number;
  /** Below the folder of the images, with `/`. */
  readonly relative: string;
  /** The same without its ending; no other image has it. */
  readonly stem: string;
}

export interface ListedImage extends Omit<ImagePlace, 'stem'> {
  readonly width: number;
  readonly height: number;
}

export interface FolderWriter {
  /**
   * When it returns, the files of the image are complete.
   *
   * @returns the file that belongs to this image alone, below the folder, if there is one
   */
  add(image: PredictedImage, place: ImagePlace): Promise<string | undefined>;
  /**
   * Completes the files that belong to all images.
   *
   * @param images all, in order
   */
  end(images: AsyncIterable<ListedImage>): Promise<void>;
}

export interface WriterOptions {
  /** Absolute; it exists. */
  readonly folder: string;
  readonly classes: readonly PredictedClass[];
  /** Number of images that an earlier call has written there; what is of later ones is dropped. */
  readonly earlier: number;
}

export interface FolderFormat {
  /** Of files for all images, below the folder. */
  readonly common: readonly string[];
  open(options: WriterOptions): Promise<FolderWriter>;
}
