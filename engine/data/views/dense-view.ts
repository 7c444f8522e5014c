/** One view of an image with the class of each of its pixels, which are moved as the image is. */

import { type ClassMap, IGNORED } from '../targets/masks/mask-values.ts';
import { readClassMap } from '../targets/read-class-map.ts';
import { type PlacedPart, PlacedView } from './placed-view.ts';
import type { Placement } from './placement.ts';
import type {
  DensePlan,
  RenderedPlace,
  RenderIds,
  RenderSource,
  SampleRenderer,
} from './render-plan.ts';

interface DecodedDense extends PlacedPart {
  /** of the whole image */
  readonly map: ClassMap;
}

export class DenseRenderer implements SampleRenderer<DecodedDense> {
  readonly plan: DensePlan;
  readonly #view: PlacedView;

  constructor(plan: DensePlan) {
    this.plan = plan;
    this.#view = new PlacedView(plan, 'cover');
  }

  async decode(source: RenderSource, ids: RenderIds): Promise<DecodedDense> {
    const map = await readClassMap({ values: this.plan.values }, source);
    return { ...(await this.#view.decode(source, ids)), map };
  }

  write(decoded: DecodedDense, ids: RenderIds, { views, labels }: RenderedPlace): void {
    const isMirrored = this.#view.write(decoded, ids, views[0]!);
    const { placement, map } = decoded;
    const width = this.plan.imageSize[1];
    if (labels !== undefined) writeClasses(map, placement, isMirrored, labels, width);
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
