/**
 * One sample as the network sees it in training: decoded once, cropped once, one view or two, normalised.
 * A pure function of its ids.
 */
import { RandomStream } from '../random/philox.ts';
import type { AffineOptions } from './augment/affine.ts';
import {
  adjustBrightness,
  adjustContrast,
  adjustSaturation,
  type Tone,
  UNCHANGED,
} from './augment/colour.ts';
import { type CropOptions, randomCrop } from './augment/crop.ts';
import { type ErasingOptions, eraseRectangle } from './augment/erase.ts';
import {
  nearestBytes,
  normalisationTables,
  throughTone,
  writeNormalised,
} from './augment/normalise.ts';
import { type RandAugmentOptions, randAugment } from './augment/rand-augment.ts';
import { mirror } from './augment/resample.ts';
import { Resampler } from './augment/resampler.ts';
import { perturb, type TeacherOptions } from './augment/views.ts';
import { decodeRegion } from './decode.ts';
import type { RgbImage } from './image.ts';

/** What all views have: a crop, resized, mirrored or not, and in the end normalised. */
export interface CropPlan {
  readonly imageSize: readonly [height: number, width: number];
  readonly seed: number;
  readonly crop: CropOptions;
  /** probability of mirroring */
  readonly flip: number;
  /** of each channel, on the scale from 0 to 1 */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Plain view and perturbed view of one crop. */
export interface PairPlan extends CropPlan {
  readonly kind: 'pair';
  readonly teacher: TeacherOptions;
}

/** One augmented view. */
export interface LabelledPlan extends CropPlan, LabelledViewOptions {
  readonly kind: 'labelled';
  /** after normalisation, since the noise is that of normalised values */
  readonly randomErasing?: ErasingOptions | undefined;
}

/** How samples become pixels, as plain data that worker threads can be sent. */
export type RenderPlan = PairPlan | LabelledPlan;

/** One piece of memory for each view of a sample. */
export function perView<T>({ kind }: RenderPlan, create: () => T): T[] {
  return Array.from({ length: kind === 'pair' ? 2 : 1 }, create);
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
  /** how often the sample was shown in this epoch before */
  readonly repeat: number;
}

export class Renderer {
  /** numbers of a view */
  readonly elements: number;
  readonly #plan: RenderPlan;
  readonly #resampler = new Resampler();
  readonly #tables: readonly Float32Array[];

  constructor(plan: RenderPlan) {
    this.#plan = plan;
    this.elements = 3 * plan.imageSize[0] * plan.imageSize[1];
    this.#tables = normalisationTables(plan.mean, plan.std);
  }

  /** The crop's pixels, decoded: the part that waits for the disk. */
  decode(source: RenderSource, { epoch, sampleId, repeat }: RenderIds): Promise<RgbImage> {
    const { seed, crop, imageSize } = this.#plan;
    const random = new RandomStream(seed, 'crop', epoch, sampleId, repeat);
    const region = randomCrop(random, source.width, source.height, crop);
    const target = { height: imageSize[0], width: imageSize[1] };
    return decodeRegion(source.path, source, region, target);
  }

  /** @param views written, [3, H, W] each: of a pair the plain one first */
  write(pixels: RgbImage, ids: RenderIds, views: readonly Float32Array[]): void {
    let i = 0;
    for (const { image, tone } of this.#draw(pixels, ids)) {
      // Through the tables a tone costs no pass of its own.
      writeNormalised(
        image,
        this.#tables.map((table) => throughTone(table, tone)),
        views[i++]!,
      );
    }
    if (this.#plan.kind !== 'labelled' || this.#plan.randomErasing === undefined) return;
    const { seed, imageSize, randomErasing } = this.#plan;
    const random = new RandomStream(seed, 'erase', ids.epoch, ids.sampleId, ids.repeat);
    eraseRectangle(views[0]!, imageSize, random, randomErasing);
  }

  /** The views as `write` has them, before they are normalised. */
  bytes(pixels: RgbImage, ids: RenderIds): Uint8Array[] {
    return Array.from(this.#draw(pixels, ids), ({ image, tone }) =>
      image.data.map((value) => tone[value]!),
    );
  }

  /** Each view is valid until the next is drawn, and complete once its tone is applied. */
  *#draw(
    pixels: RgbImage,
    { epoch, sampleId, repeat }: RenderIds,
  ): Generator<{ readonly image: RgbImage; readonly tone: Tone }> {
    const { seed, crop, flip, imageSize, mean } = this.#plan;
    const [height, width] = imageSize;
    const view = this.#resampler.resize(pixels, width, height, crop.interpolation);
    if (new RandomStream(seed, 'flip', epoch, sampleId, repeat).uniform() < flip) mirror(view);
    const random = new RandomStream(seed, 'colour', epoch, sampleId, repeat);
    if (this.#plan.kind === 'pair') {
      yield { image: view, tone: UNCHANGED };
      yield { image: view, tone: perturb(view, random, this.#plan.teacher) };
    } else {
      // What appears behind the image where it is turned or moved is the mean.
      const affine = { interpolation: crop.interpolation, fill: nearestBytes(mean) };
      yield { image: augmentLabelled(view, random, this.#plan, affine), tone: UNCHANGED };
    }
  }
}

interface LabelledViewOptions {
  /** largest change of brightness, contrast and saturation; not used with `randAugment`, as in timm */
  readonly colorJitter: number;
  readonly randAugment?: RandAugmentOptions | undefined;
}

/** @param image may be changed; the result may be another image */
function augmentLabelled(
  image: RgbImage,
  random: RandomStream,
  options: LabelledViewOptions,
  affine: AffineOptions,
): RgbImage {
  const { colorJitter, randAugment: drawn } = options;
  if (drawn !== undefined) return randAugment(image, random, drawn, affine);
  if (colorJitter > 0) jitterColours(image, random, colorJitter);
  return image;
}

/** @source ColorJitter of torchvision, without hue */
function jitterColours(image: RgbImage, random: RandomStream, most: number): void {
  const order = random.shuffle([0, 1, 2]);
  for (const step of order) {
    const factor = random.between(Math.max(0, 1 - most), 1 + most);
    if (step === 0) adjustBrightness(image, factor);
    else if (step === 1) adjustContrast(image, factor);
    else adjustSaturation(image, factor);
  }
}
