/**
 * One view of an image whose labels are moved with it: scaled, cropped, recoloured and mirrored. What
 * the image does not cover is its mean colour.
 */
import { RandomStream } from '../../random/philox.ts';
import { isPlanes, mirrorPicture, type Picture } from '../pixels/picture.ts';
import { jitterColours } from './augment/jitter.ts';
import { distortColours, drawPhotometric } from './augment/photometric.ts';
import { distortPlanes, jitterPlanes } from './augment/planes/jitter.ts';
import { NetworkInput } from './network-input.ts';
import { drawPlacement, type Placement, type ScaledTo } from './placement.ts';
import type { DensePlan, ObjectsPlan, RenderIds, RenderSource } from './render-plan.ts';

export interface PlacedPart {
  readonly placement: Placement;
  /** Of the part, possibly shrunk. */
  readonly pixels: Picture;
}

export class PlacedView {
  readonly #plan: DensePlan | ObjectsPlan;
  readonly #scaledTo: ScaledTo;
  readonly #input: NetworkInput;

  constructor(plan: DensePlan | ObjectsPlan, scaledTo: ScaledTo) {
    this.#plan = plan;
    this.#scaledTo = scaledTo;
    this.#input = new NetworkInput(plan);
  }

  async decode(source: RenderSource, { epoch, sampleId, repeat }: RenderIds): Promise<PlacedPart> {
    const random = new RandomStream(this.#plan.seed, 'crop', epoch, sampleId, repeat);
    const placement = drawPlacement(random, source, this.#plan, this.#scaledTo);
    const pixels = await this.#input.decodeRegion(source, placement.from, placement.to);
    return { placement, pixels };
  }

  /** @param out [C, H, W] @returns whether the view is mirrored */
  write(
    { placement: { to }, pixels }: PlacedPart,
    { epoch, sampleId, repeat }: RenderIds,
    out: Float32Array,
  ): boolean {
    const { seed, flip, imageSize } = this.#plan;
    const [height, width] = imageSize;
    const part = this.#input.resize(pixels, to, 'bilinear');
    this.#changeColours(part, new RandomStream(seed, 'colour', epoch, sampleId, repeat));
    const view = this.#input.paste(part, to, { width, height });
    const isMirrored = new RandomStream(seed, 'flip', epoch, sampleId, repeat).uniform() < flip;
    if (isMirrored) mirrorPicture(view);
    this.#input.write(view, out);
    return isMirrored;
  }

  #changeColours(part: Picture, random: RandomStream): void {
    const { photometric, colorJitter } = this.#plan;
    if (photometric) {
      const change = drawPhotometric(random);
      if (isPlanes(part)) distortPlanes(part, change);
      else distortColours(part, change);
    } else if (colorJitter > 0) {
      if (isPlanes(part)) jitterPlanes(part, random, colorJitter);
      else jitterColours(part, random, colorJitter);
    }
  }
}
