/**
 * One view of an image whose labels are moved with it: scaled, cropped, recoloured and mirrored. What
 * the image does not cover is its mean colour.
 */
import { RandomStream } from '../random/philox.ts';
import { jitterColours } from './augment/jitter.ts';
import { nearestBytes, normalisationTables, writeNormalised } from './augment/normalise.ts';
import { distortColours, drawPhotometric } from './augment/photometric.ts';
import { mirror } from './augment/resample.ts';
import { Resampler } from './augment/resampler.ts';
import { decodeRegion } from './decode.ts';
import type { RgbImage } from './image.ts';
import { drawPlacement, type Placement, pasted, type ScaledTo } from './placement.ts';
import type { DensePlan, ObjectsPlan, RenderIds, RenderSource } from './render-plan.ts';

export interface PlacedPart {
  readonly placement: Placement;
  /** Of the part, possibly shrunk. */
  readonly pixels: RgbImage;
}

export class PlacedView {
  /** Numbers of a view. */
  readonly elements: number;
  readonly #plan: DensePlan | ObjectsPlan;
  readonly #scaledTo: ScaledTo;
  readonly #resampler = new Resampler();
  readonly #tables: readonly Float32Array[];

  constructor(plan: DensePlan | ObjectsPlan, scaledTo: ScaledTo) {
    this.#plan = plan;
    this.#scaledTo = scaledTo;
    this.elements = 3 * plan.imageSize[0] * plan.imageSize[1];
    this.#tables = normalisationTables(plan.mean, plan.std);
  }

  async decode(source: RenderSource, { epoch, sampleId, repeat }: RenderIds): Promise<PlacedPart> {
    const random = new RandomStream(this.#plan.seed, 'crop', epoch, sampleId, repeat);
    const placement = drawPlacement(random, source, this.#plan, this.#scaledTo);
    const pixels = await decodeRegion(source.path, source, placement.from, placement.to);
    return { placement, pixels };
  }

  /** @param out [3, H, W] @returns whether the view is mirrored */
  write(
    { placement: { to }, pixels }: PlacedPart,
    { epoch, sampleId, repeat }: RenderIds,
    out: Float32Array,
  ): boolean {
    const { seed, flip, imageSize, mean, photometric, colorJitter } = this.#plan;
    const [height, width] = imageSize;
    const part = this.#resampler.resize(pixels, to.width, to.height, 'bilinear');
    const random = new RandomStream(seed, 'colour', epoch, sampleId, repeat);
    if (photometric) distortColours(part, drawPhotometric(random));
    else if (colorJitter > 0) jitterColours(part, random, colorJitter);
    const view = pasted(part, to, { width, height }, nearestBytes(mean));
    const isMirrored = new RandomStream(seed, 'flip', epoch, sampleId, repeat).uniform() < flip;
    if (isMirrored) mirror(view);
    writeNormalised(view, this.#tables, out);
    return isMirrored;
  }
}
