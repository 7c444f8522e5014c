/** A decoded picture: bytes in red, green and blue, or planes of floating point numbers. */

import type { RgbImage } from './image.ts';
import { mirrorPlanes, type Planes } from './planes.ts';
import { mirror } from './resample/resample.ts';

export type Picture = RgbImage | Planes;

export function isPlanes(picture: Picture): picture is Planes {
  return 'channels' in picture;
}

/** Mirror horizontally, in place. */
export function mirrorPicture(picture: Picture): void {
  if (isPlanes(picture)) mirrorPlanes(picture);
  else mirror(picture);
}
