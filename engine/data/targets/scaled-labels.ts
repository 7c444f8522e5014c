/** Labels of an image in pixels of a smaller picture of it. */
import { rasterisePolygons } from '../../geometry/rasterise.ts';
import { decodeMask } from '../../geometry/run-length.ts';
import type { Size } from '../pixels/decode.ts';
import type { ObjectMask } from './dense-types.ts';

/** For each pixel of a picture, row by row, the nearest one of a larger map. */
export function* sourcePixels(
  picture: Size,
  map: Size,
): Generator<readonly [at: number, from: number]> {
  for (let y = 0; y < picture.height; y++) {
    const row = Math.floor(((y + 0.5) * map.height) / picture.height) * map.width;
    for (let x = 0; x < picture.width; x++)
      yield [y * picture.width + x, row + Math.floor(((x + 0.5) * map.width) / picture.width)];
  }
}

/** The area of an object. @returns [height, width] of the picture, 1 inside */
export function areaIn(mask: ObjectMask, picture: Size, image: Size): Uint8Array {
  const { width, height } = picture;
  if ('polygons' in mask) {
    const [across, down] = [width / image.width, height / image.height];
    const scaled = mask.polygons.map((polygon) =>
      Float64Array.from(polygon, (value, i) => value * (i % 2 === 0 ? across : down)),
    );
    return decodeMask(rasterisePolygons(scaled, height, width));
  }
  const whole = decodeMask(mask.runs);
  const area = new Uint8Array(width * height);
  for (const [at, from] of sourcePixels(picture, mask.runs)) area[at] = whole[from]!;
  return area;
}
