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
import { newImage, type Region, type RgbImage } from './image.ts';
import type {
  DensePlan,
  RenderedPlace,
  RenderIds,
  RenderSource,
  SampleRenderer,
} from './render-plan.ts';
import { type ClassMap, IGNORED } from './targets/masks/mask-values.ts';
import { readClassMap } from './targets/read-class-map.ts';

/** Where a part of an image comes to lie in the view. */
interface Placement {
  /** in pixels of the image */
  readonly from: Region;
  /** in pixels of the view */
  readonly to: Region;
}

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
    const placement = place(random, source, this.#plan);
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

/**
 * The scale is drawn uniformly; then the part of the scaled image that the view shows, and, where
 * the image is smaller than the view, its place there.
 */
function place(
  random: RandomStream,
  { width, height }: RenderSource,
  { imageSize: [viewHeight, viewWidth], scale: [least, most] }: DensePlan,
): Placement {
  const covers = Math.max(viewHeight / height, viewWidth / width);
  const factor = covers * random.between(least, most);
  const part = (size: number, view: number) =>
    Math.min(size, Math.max(1, Math.round(view / factor)));
  const from = { height: part(height, viewHeight), width: part(width, viewWidth) };
  const shown = (size: number, view: number) =>
    Math.min(view, Math.max(1, Math.round(size * factor)));
  const to = { height: shown(from.height, viewHeight), width: shown(from.width, viewWidth) };
  const offset = (whole: number, of: number) => random.integer(whole - of + 1);
  return {
    from: { ...from, top: offset(height, from.height), left: offset(width, from.width) },
    to: { ...to, top: offset(viewHeight, to.height), left: offset(viewWidth, to.width) },
  };
}

/** The image on a ground of one colour. */
function pasted(
  part: RgbImage,
  to: Region,
  { width, height }: Pick<RgbImage, 'width' | 'height'>,
  [red, green, blue]: readonly [number, number, number],
): RgbImage {
  if (part.width === width && part.height === height) return part;
  const view = newImage(width, height);
  for (let at = 0; at < view.data.length; at += 3) {
    view.data[at] = red;
    view.data[at + 1] = green;
    view.data[at + 2] = blue;
  }
  for (let y = 0; y < to.height; y++) {
    const row = part.data.subarray(y * part.width * 3, (y + 1) * part.width * 3);
    view.data.set(row, ((to.top + y) * width + to.left) * 3);
  }
  return view;
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
