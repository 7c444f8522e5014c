/**
 * One sample as the network sees it in training: decoded once, cropped once, one view or two, normalised.
 * A pure function of its ids.
 */
import { RandomStream } from '../random/philox.ts';
import type { AffineOptions } from './augment/affine.ts';
import { type Tone, UNCHANGED } from './augment/colour.ts';
import { randomCrop } from './augment/crop.ts';
import { eraseRectangle } from './augment/erase.ts';
import { jitterColours } from './augment/jitter.ts';
import {
  nearestBytes,
  normalisationTables,
  throughTone,
  writeNormalised,
} from './augment/normalise.ts';
import { randAugment } from './augment/rand-augment.ts';
import { mirror } from './augment/resample.ts';
import { Resampler } from './augment/resampler.ts';
import { perturb } from './augment/views.ts';
import { decodeRegion } from './decode.ts';
import type { RgbImage } from './image.ts';
import type {
  LabelledPlan,
  LabelledViewOptions,
  PairPlan,
  RenderedPlace,
  RenderIds,
  RenderSource,
  SampleRenderer,
} from './render-plan.ts';

export class Renderer implements SampleRenderer<RgbImage> {
  /** numbers of a view */
  readonly elements: number;
  readonly #plan: PairPlan | LabelledPlan;
  readonly #resampler = new Resampler();
  readonly #tables: readonly Float32Array[];

  constructor(plan: PairPlan | LabelledPlan) {
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

  write(pixels: RgbImage, ids: RenderIds, { views }: RenderedPlace): void {
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
