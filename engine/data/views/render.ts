/**
 * One sample as the network sees it in training: decoded once, cropped once, one view or two, normalised.
 * A pure function of its ids.
 */
import { RandomStream } from '../../random/philox.ts';
import type { RgbImage } from '../pixels/image.ts';
import { isPlanes, mirrorPicture, type Picture } from '../pixels/picture.ts';
import type { Planes } from '../pixels/planes.ts';
import { shownBytes } from '../pixels/stored/shown.ts';
import type { AffineOptions } from './augment/affine.ts';
import { type Tone, UNCHANGED } from './augment/colour.ts';
import { randomCrop } from './augment/crop.ts';
import { eraseRectangle } from './augment/erase.ts';
import { jitterColours } from './augment/jitter.ts';
import { nearestBytes, throughTone } from './augment/normalise.ts';
import { augmentPlanes } from './augment/planes/augment.ts';
import { perturbPlanes } from './augment/planes/perturb.ts';
import { randAugment } from './augment/rand-augment.ts';
import { perturb } from './augment/views.ts';
import { NetworkInput } from './network-input.ts';
import type {
  LabelledPlan,
  LabelledViewOptions,
  PairPlan,
  RenderedPlace,
  RenderIds,
  RenderSource,
  SampleRenderer,
} from './render-plan.ts';

export class Renderer implements SampleRenderer<Picture> {
  readonly plan: PairPlan | LabelledPlan;
  readonly #input: NetworkInput;

  constructor(plan: PairPlan | LabelledPlan) {
    this.plan = plan;
    this.#input = new NetworkInput(plan);
  }

  /** The crop's pixels, decoded: the part that waits for the disk. */
  decode(source: RenderSource, { epoch, sampleId, repeat }: RenderIds): Promise<Picture> {
    const { seed, crop, imageSize } = this.plan;
    const random = new RandomStream(seed, 'crop', epoch, sampleId, repeat);
    const region = randomCrop(random, source.width, source.height, crop);
    const target = { height: imageSize[0], width: imageSize[1] };
    return this.#input.decodeRegion(source, region, target);
  }

  close(): Promise<void> {
    return this.#input.close();
  }

  write(pixels: Picture, ids: RenderIds, { views }: RenderedPlace): void {
    let i = 0;
    for (const { image, tone } of this.#draw(pixels, ids)) {
      // Through the tables a tone costs no pass of its own.
      const tables = this.#input.tables.map((table) => throughTone(table, tone));
      this.#input.write(image, views[i++]!, tables);
    }
    if (this.plan.kind !== 'labelled' || this.plan.randomErasing === undefined) return;
    const { seed, imageSize, randomErasing } = this.plan;
    const random = new RandomStream(seed, 'erase', ids.epoch, ids.sampleId, ids.repeat);
    eraseRectangle(views[0]!, imageSize, random, randomErasing);
  }

  /** The views as `write` has them, before they are normalised, in red, green and blue. */
  bytes(pixels: Picture, ids: RenderIds): Uint8Array[] {
    return Array.from(this.#draw(pixels, ids), ({ image, tone }) =>
      isPlanes(image) ? shownBytes(image).data : image.data.map((value) => tone[value]!),
    );
  }

  /** Each view is valid until the next is drawn, and complete once its tone is applied. */
  *#draw(
    pixels: Picture,
    { epoch, sampleId, repeat }: RenderIds,
  ): Generator<{ readonly image: Picture; readonly tone: Tone }> {
    const { seed, crop, flip, imageSize, mean } = this.plan;
    const [height, width] = imageSize;
    const view = this.#input.resize(pixels, { width, height }, crop.interpolation);
    const isMirrored = new RandomStream(seed, 'flip', epoch, sampleId, repeat).uniform() < flip;
    if (isMirrored) mirrorPicture(view);
    const random = new RandomStream(seed, 'colour', epoch, sampleId, repeat);
    if (isPlanes(view)) {
      for (const image of drawPlanes(view, random, this.plan)) yield { image, tone: UNCHANGED };
    } else if (this.plan.kind === 'pair') {
      yield { image: view, tone: UNCHANGED };
      yield { image: view, tone: perturb(view, random, this.plan.teacher) };
    } else {
      // What appears behind the image where it is turned or moved is the mean.
      const affine = { interpolation: crop.interpolation, fill: nearestBytes(mean) };
      yield { image: augmentLabelled(view, random, this.plan, affine), tone: UNCHANGED };
    }
  }
}

/** Each view is valid until the next is drawn. */
function* drawPlanes(
  view: Planes,
  random: RandomStream,
  plan: PairPlan | LabelledPlan,
): Generator<Planes> {
  if (plan.kind === 'pair') {
    yield view;
    perturbPlanes(view, random, plan.teacher);
    yield view;
  } else {
    const fill = { interpolation: plan.crop.interpolation, fill: plan.mean };
    yield augmentPlanes(view, random, plan, fill);
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
