/** One sample as training sees it: decode once, crop once, one view or two. A pure function of its ids. */
import { RandomStream } from '../random/philox.ts';
import { applyTone } from './augment/colour.ts';
import { type CropOptions, randomCrop } from './augment/crop.ts';
import { augmentLabelled, type LabelledViewOptions } from './augment/labelled-view.ts';
import { mirror } from './augment/resample.ts';
import { Resampler } from './augment/resampler.ts';
import { perturb, type TeacherOptions } from './augment/views.ts';
import { decodeRegion } from './decode.ts';
import type { RgbImage } from './image.ts';

/** What every kind of view begins with: a crop, resized, mirrored or not. */
export interface CropPlan {
  readonly imageSize: readonly [height: number, width: number];
  readonly seed: number;
  readonly crop: CropOptions;
  /** probability of mirroring */
  readonly flip: number;
}

/** Plain view and perturbed view of one crop. */
export interface PairPlan extends CropPlan {
  readonly kind: 'pair';
  readonly teacher: TeacherOptions;
}

/** One augmented view. */
export interface LabelledPlan extends CropPlan, LabelledViewOptions {
  readonly kind: 'labelled';
  /** what appears behind the image where it is turned or moved */
  readonly fill: readonly [number, number, number];
}

/** How samples become pixels, as plain data that worker threads can be sent. */
export type RenderPlan = PairPlan | LabelledPlan;

/** Views of each sample. */
export const VIEWS: Readonly<Record<RenderPlan['kind'], number>> = { pair: 2, labelled: 1 };

/** What must be known of a file to render it; sizes after orientation. */
export interface RenderSource {
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

export interface RenderIds {
  readonly epoch: number;
  readonly sampleId: number;
  /** how often the sample was shown in this epoch before */
  readonly repeat: number;
}

export class Renderer {
  readonly #plan: RenderPlan;
  readonly #resampler = new Resampler();

  constructor(plan: RenderPlan) {
    this.#plan = plan;
  }

  /** The crop's pixels, decoded: the part that waits for the disk. */
  decode(source: RenderSource, { epoch, sampleId, repeat }: RenderIds): Promise<RgbImage> {
    const { seed, crop, imageSize } = this.#plan;
    const random = new RandomStream(seed, 'crop', epoch, sampleId, repeat);
    const region = randomCrop(random, source.width, source.height, crop);
    const target = { height: imageSize[0], width: imageSize[1] };
    return decodeRegion(source.path, source, region, target);
  }

  /**
   * The views, 8 bits a value: a quarter of the memory of floats, which the loader makes of them.
   *
   * @param views written, [H, W, 3] each: of a pair the plain one first
   */
  write(pixels: RgbImage, ids: RenderIds, views: readonly Uint8Array[]): void {
    const { seed, crop, flip, imageSize } = this.#plan;
    const { epoch, sampleId, repeat } = ids;
    const [height, width] = imageSize;
    const view = this.#resampler.resize(pixels, width, height, crop.interpolation);
    if (new RandomStream(seed, 'flip', epoch, sampleId, repeat).uniform() < flip) mirror(view);
    const random = new RandomStream(seed, 'colour', epoch, sampleId, repeat);
    if (this.#plan.kind === 'pair') {
      views[0]!.set(view.data);
      // The plain view is kept: its pixels may change now.
      applyTone(view, perturb(view, random, this.#plan.teacher));
      views[1]!.set(view.data);
    } else {
      const affine = { interpolation: crop.interpolation, fill: this.#plan.fill };
      views[0]!.set(augmentLabelled(view, random, this.#plan, affine).data);
    }
  }
}
