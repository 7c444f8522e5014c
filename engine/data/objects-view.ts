/**
 * One view of an image with the objects that it shows: scaled, cropped, mirrored and recoloured. What
 * the image does not cover is its mean colour.
 */
import { RandomStream } from '../random/philox.ts';
import { jitterColours } from './augment/jitter.ts';
import { nearestBytes, normalisationTables, writeNormalised } from './augment/normalise.ts';
import { mirror } from './augment/resample.ts';
import { Resampler } from './augment/resampler.ts';
import { decodeRegion } from './decode.ts';
import type { RgbImage } from './image.ts';
import { drawPlacement, type Placement, pasted } from './placement.ts';
import type {
  ObjectsPlan,
  RenderedPlace,
  RenderIds,
  RenderSource,
  SampleRenderer,
} from './render-plan.ts';
import { type MovableObject, moveObjects } from './view-objects.ts';

interface DecodedObjects {
  readonly placement: Placement;
  /** Of the part, possibly shrunk. */
  readonly pixels: RgbImage;
  readonly objects: readonly MovableObject[];
}

export class ObjectsRenderer implements SampleRenderer<DecodedObjects> {
  readonly elements: number;
  readonly #plan: ObjectsPlan;
  readonly #resampler = new Resampler();
  readonly #tables: readonly Float32Array[];

  constructor(plan: ObjectsPlan) {
    this.#plan = plan;
    this.elements = 3 * plan.imageSize[0] * plan.imageSize[1];
    this.#tables = normalisationTables(plan.mean, plan.std);
  }

  async decode(
    source: RenderSource,
    { epoch, sampleId, repeat }: RenderIds,
  ): Promise<DecodedObjects> {
    const random = new RandomStream(this.#plan.seed, 'crop', epoch, sampleId, repeat);
    const placement = drawPlacement(random, source, this.#plan, 'fit');
    const pixels = await decodeRegion(source.path, source, placement.from, placement.to);
    return { placement, pixels, objects: source.objects ?? [] };
  }

  write(decoded: DecodedObjects, ids: RenderIds, place: RenderedPlace): void {
    const { epoch, sampleId, repeat } = ids;
    const { seed, flip, imageSize, mean, colorJitter, maskSize } = this.#plan;
    const view = { height: imageSize[0], width: imageSize[1] };
    const { pixels, placement, objects } = decoded;
    const { to } = placement;
    const part = this.#resampler.resize(pixels, to.width, to.height, 'bilinear');
    const random = new RandomStream(seed, 'colour', epoch, sampleId, repeat);
    if (colorJitter > 0) jitterColours(part, random, colorJitter);
    const image = pasted(part, to, view, nearestBytes(mean));
    const isMirrored = new RandomStream(seed, 'flip', epoch, sampleId, repeat).uniform() < flip;
    if (isMirrored) mirror(image);
    writeNormalised(image, this.#tables, place.views[0]!);
    place.objects = moveObjects(objects, { placement, isMirrored, view, maskSize });
  }
}
