/** The labelled objects of an image, as they are evaluated. */
import type { DenseImage, DenseObject } from '../../data/targets/dense-types.ts';
import type { Shapes, TrueObject } from '../../evaluation/detection/matches.ts';
import { rasteriseBox, rasterisePolygons } from '../../geometry/rasterise.ts';
import { type RunLengths, runArea } from '../../geometry/run-length.ts';

type LabelledImage = Pick<DenseImage, 'objects' | 'width' | 'height'>;

/**
 * Where masks are evaluated, an object that has a box only is neither to be found nor wrong to find:
 * as a crowd, which any number of predictions may lie in.
 */
export function trueObjects(image: LabelledImage, shapes: Shapes): TrueObject[] {
  return (image.objects ?? []).map((object) => {
    const { label, box, crowd, area } = object;
    const mask = shapes === 'masks' ? maskOf(object, image) : undefined;
    return {
      class: label,
      box,
      crowd: crowd || (shapes === 'masks' && object.mask === undefined),
      area: area ?? (mask === undefined ? box[2] * box[3] : runArea(mask)),
      mask,
    };
  });
}

function maskOf({ box, mask }: DenseObject, { width, height }: LabelledImage): RunLengths {
  if (mask === undefined) return rasteriseBox(box, height, width);
  return 'runs' in mask ? mask.runs : rasterisePolygons(mask.polygons, height, width);
}
