/**
 * One view of an image with the class of each of its pixels: scaled, cropped, mirrored and
 * recoloured, image and classes alike. What the image does not cover is its mean colour and ignored.
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
  DensePlan,
  RenderedPlace,
  RenderIds,
  RenderSource,
  SampleRenderer,
} from './render-plan.ts';
import { type ClassMap, IGNORED } from './targets/masks/mask-values.ts';
import { readClassMap } from './targets/read-class-map.ts';

interface DecodedDense extends Placement {
  /** of the part, possibly shrunk */
  readonly pixels: RgbImage;
  /** of the whole image */
  readonly map: ClassMap;
}

export class DenseRenderer implements SampleRenderer<DecodedDense> {
  readonly elements: number;
  readonly #plan: DensePlan;
  readonly #resampler = new Resampler();
  readonly #tables: readonly Float32Array[];

  constructor(plan: DensePlan) {
    this.#plan = plan;
    this.elements = 3 * plan.imageSize[0] * plan.imageSize[1];
    this.#tables = normalisationTables(plan.mean, plan.std);
  }

  async decode(
    source: RenderSource,
    { epoch, sampleId, repeat }: RenderIds,
  ): Promise<DecodedDense> {
    const { seed, values } = this.#plan;
    const random = new RandomStream(seed, 'crop', epoch, sampleId, repeat);
    const placement = drawPlacement(random, source, this.#plan, 'cover');
    const map = await readClassMap({ values }, source);
    const pixels = await decodeRegion(source.path, source, placement.from, placement.to);
    return { ...placement, pixels, map };
  }

  write(decoded: DecodedDense, ids: RenderIds, { views, labels }: RenderedPlace): void {
    const { epoch, sampleId, repeat } = ids;
    const { seed, flip, imageSize, mean, colorJitter } = this.#plan;
    const [height, width] = imageSize;
    const { from, to, map } = decoded;
    const part = this.#resampler.resize(decoded.pixels, to.width, to.height, 'bilinear');
    const random = new RandomStream(seed, 'colour', epoch, sampleId, repeat);
    if (colorJitter > 0) jitterColours(part, random, colorJitter);
    const view = pasted(part, to, { width, height }, nearestBytes(mean));
    const isMirrored = new RandomStream(seed, 'flip', epoch, sampleId, repeat).uniform() < flip;
    if (isMirrored) mirror(view);
    writeNormalised(view, this.#tables, views[0]!);
    if (labels !== undefined) writeClasses(map, { from, to }, isMirrored, labels, width);
  }
}

/** The class at the centre of each pixel. @param labels [H, W] */
function writeClasses(
  map: ClassMap,
  { from, to }: Placement,
  isMirrored: boolean,
  labels: Uint16Array,
  width: number,
): void {
  labels.fill(IGNORED);
  for (let y = 0; y < to.height; y++) {
    const row = from.top + Math.floor(((y + 0.5) * from.height) / to.height);
    for (let x = 0; x < to.width; x++) {
      const column = from.left + Math.floor(((x + 0.5) * from.width) / to.width);
      const across = isMirrored ? width - 1 - (to.left + x) : to.left + x;
      labels[(to.top + y) * width + across] = map.classes[row * map.width + column]!;
    }
  }
}
