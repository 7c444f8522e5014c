/** The classes that occur in an image. */
import type { DenseImage } from './dense-types.ts';

/** Ascending numbers of the classes that occur in an image. */
export function labelsOf(image: DenseImage): readonly number[] {
  if (image.labels !== undefined) return image.labels;
  const { objects, mask } = image;
  if (mask !== undefined)
    return mask.pixels.flatMap((pixels, label) => (pixels > 0 ? [label] : []));
  return [...new Set(objects?.map(({ label }) => label))].sort((a, b) => a - b);
}
