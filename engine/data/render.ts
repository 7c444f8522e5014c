/** One sample as training sees it: decode once, crop once, two views. A pure function of its ids. */
import { RandomStream } from '../random/philox.ts';
import { applyTone } from './augment/colour.ts';
import { type CropOptions, randomCrop } from './augment/crop.ts';
import { mirror } from './augment/resample.ts';
import { Resampler } from './augment/resampler.ts';
import { perturb, type TeacherOptions } from './augment/views.ts';
import { decodeRegion } from './decode.ts';
import type { RgbImage } from './image.ts';

export interface RenderOptions {
  readonly imageSize: readonly [height: number, width: number];
  readonly seed: number;
  readonly crop: CropOptions;
  /** probability of mirroring */
  readonly flip: number;
  readonly teacher: TeacherOptions;
}

/** What must be known of a file to render it; sizes after orientation. */
export interface RenderSource {
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

export interface RenderIds {
  readonly epoch: number;
  readonly sampleId: number;
}

export class Renderer {
  readonly #options: RenderOptions;
  readonly #resampler = new Resampler();

  constructor(options: RenderOptions) {
    this.#options = options;
  }

  /** The crop's pixels, decoded: the part that waits for the disk. */
  decode(source: RenderSource, { epoch, sampleId }: RenderIds): Promise<RgbImage> {
    const { seed, crop, imageSize } = this.#options;
    const random = new RandomStream(seed, 'crop', epoch, sampleId);
    const region = randomCrop(random, source.width, source.height, crop);
    const target = { height: imageSize[0], width: imageSize[1] };
    return decodeRegion(source.path, source, region, target);
  }

  /**
   * Both views, 8 bits a value: a quarter of the memory of floats, which the loader makes of them.
   *
   * @param student, teacher [H, W, 3], written
   */
  write(
    pixels: RgbImage,
    { epoch, sampleId }: RenderIds,
    student: Uint8Array,
    teacher: Uint8Array,
  ): void {
    const { seed, crop, flip, imageSize } = this.#options;
    const [height, width] = imageSize;
    const view = this.#resampler.resize(pixels, width, height, crop.interpolation);
    if (new RandomStream(seed, 'flip', epoch, sampleId).uniform() < flip) mirror(view);
    student.set(view.data);
    // The plain view is kept: its pixels may change now.
    const random = new RandomStream(seed, 'colour', epoch, sampleId);
    applyTone(view, perturb(view, random, this.#options.teacher));
    teacher.set(view.data);
  }
}
