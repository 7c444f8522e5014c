/** One view of an image with the objects that it shows, which are moved as the image is. */
import { type PlacedPart, PlacedView } from './placed-view.ts';
import type {
  ObjectsPlan,
  RenderedPlace,
  RenderIds,
  RenderSource,
  SampleRenderer,
} from './render-plan.ts';
import { type MovableObject, moveObjects } from './view-objects.ts';

interface DecodedObjects extends PlacedPart {
  readonly objects: readonly MovableObject[];
}

export class ObjectsRenderer implements SampleRenderer<DecodedObjects> {
  readonly plan: ObjectsPlan;
  readonly #view: PlacedView;

  constructor(plan: ObjectsPlan) {
    this.plan = plan;
    this.#view = new PlacedView(plan, 'fit');
  }

  async decode(source: RenderSource, ids: RenderIds): Promise<DecodedObjects> {
    return { ...(await this.#view.decode(source, ids)), objects: source.objects ?? [] };
  }

  write(decoded: DecodedObjects, ids: RenderIds, place: RenderedPlace): void {
    const { imageSize, maskSize } = this.plan;
    const { placement, objects } = decoded;
    const isMirrored = this.#view.write(decoded, ids, place.views[0]!);
    const view = { height: imageSize[0], width: imageSize[1] };
    place.objects = moveObjects(objects, { placement, isMirrored, view, maskSize });
  }
}
