/**
 * How large an image is prepared for random resized crops. It is shrunk as a whole until the crop of
 * a rather small area has the size of a view, so that most crops are still shrunk to their view and
 * the smallest are enlarged a little.
 */
import type { Size } from '../pixels/decode.ts';
import type { CropPlan } from '../views/render-plan.ts';

/** Share of all crops that are enlarged, of crops with the aspect ratio of the image. */
export const ENLARGED_CROPS = 0.15;

/** Images that would be shrunk less keep their size, and their views do not change. */
const LEAST_SHRINK = 1.1;

export type PreparedCrops = Pick<CropPlan, 'imageSize'> & {
  readonly crop: Pick<CropPlan['crop'], 'minArea' | 'maxArea'>;
};

/** The area, as a share of the image, of the crop that is neither shrunk nor enlarged. */
function exactArea({ crop }: PreparedCrops): number {
  return crop.minArea + ENLARGED_CROPS * (crop.maxArea - crop.minArea);
}

/** Mean side, in pixels, of what is kept of an image that is shrunk. */
export function keptSide(crops: PreparedCrops): number {
  return Math.max(...crops.imageSize) / Math.sqrt(exactArea(crops));
}

/** Factor by which the sides of an image are divided; 1 where it keeps its size. */
export function shrinkOf({ width, height }: Size, crops: PreparedCrops): number {
  const factor = Math.sqrt(width * height * exactArea(crops)) / Math.max(...crops.imageSize);
  return factor < LEAST_SHRINK ? 1 : factor;
}

/** The most pixels that an image has as it is prepared, whatever its size is. */
export function mostPixels(crops: PreparedCrops): number {
  return Math.ceil((LEAST_SHRINK * Math.max(...crops.imageSize)) ** 2 / exactArea(crops));
}

/** Pixels of an image as it is prepared. */
export function preparedSize(size: Size, crops: PreparedCrops): Size {
  const factor = shrinkOf(size, crops);
  const side = (pixels: number) => Math.max(1, Math.round(pixels / factor));
  return { width: side(size.width), height: side(size.height) };
}
