/** A map as a picture: a dot an image, in the colour of its cluster. */

import { mapColour } from '../../contract/map-colours.ts';
import type { ImageMap } from '../../contract/studio/map.ts';
import { newImage, type RgbImage } from '../../data/pixels/image.ts';
import { writePng } from '../figures/png.ts';

const SIDE = 1200;
const MARGIN = 24;

/** @throws StudioError `target-taken` */
export async function drawMap({ points }: Pick<ImageMap, 'points'>, file: string): Promise<void> {
  await writePng(file, mapPicture(points));
}

export function mapPicture({ x, y, cluster }: ImageMap['points']): RgbImage {
  const picture = newImage(SIDE, SIDE);
  picture.data.fill(255);
  const [left, right] = ends(x);
  const [low, high] = ends(y);
  const scale = (SIDE - 2 * MARGIN) / Math.max(right - left, high - low, 1e-9);
  // Fewer dots are larger.
  const radius = Math.max(1, Math.min(5, Math.round(250 / Math.sqrt(x.length))));
  for (let at = 0; at < x.length; at++) {
    const column = Math.round(SIDE / 2 + (x[at]! - (left + right) / 2) * scale);
    const line = Math.round(SIDE / 2 - (y[at]! - (low + high) / 2) * scale);
    const colour = mapColour(cluster[at]!);
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++)
        if (dx * dx + dy * dy <= radius * radius)
          picture.data.set(colour, ((line + dy) * SIDE + column + dx) * 3);
  }
  return picture;
}

function ends(values: readonly number[]): [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}
