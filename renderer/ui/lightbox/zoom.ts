/** Scales of a picture in the lightbox: screen pixels (CSS) for each pixel of the image. */
import { IMAGE_SIDE } from '../../../engine/contract/studio/index.ts';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** The size of a picture as it was loaded. */
export interface LoadedSize {
  readonly path: string | undefined;
  readonly size: PictureSize;
}

/** The first size of a picture is that of the original; later ones are of smaller versions. */
export function firstSize(known: LoadedSize | undefined, loaded: LoadedSize): LoadedSize {
  return known !== undefined && known.path === loaded.path ? known : loaded;
}

/** Steps of the zoom buttons. */
const SCALES = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32];
/** Images up to this width and height are enlarged to fill the room; others are shown at most as they are. */
const SMALL_SIDE = 128;
const LARGEST_SCALE = SCALES.at(-1)!;
/** Requested widths and heights, so that the server caches few versions of an image. */
const SIDES = [1024, 2048, IMAGE_SIDE.most];

const longerSide = ({ width, height }: PictureSize) => Math.max(width, height);

/** The scale at which an image is shown whole. */
export function fitScale(image: PictureSize, room: PictureSize): number {
  if (longerSide(image) === 0) return 1;
  const fit = Math.min(room.width / image.width, room.height / image.height);
  return Math.max(1e-3, Math.min(fit, longerSide(image) <= SMALL_SIDE ? LARGEST_SCALE : 1));
}

/** The next step up or down; the same scale at either end. */
export function nextScale(scale: number, direction: 'in' | 'out'): number {
  const steps = direction === 'in' ? SCALES : SCALES.toReversed();
  const further = (step: number) => (direction === 'in' ? step > scale : step < scale);
  return steps.find(further) ?? scale;
}

/**
 * The side to request of the server for an image that is shown at this scale.
 *
 * @param pixelRatio device pixels for each CSS pixel
 */
export function pictureSide(image: PictureSize, scale: number, pixelRatio: number): number {
  const shown = Math.min(1, scale * pixelRatio) * longerSide(image);
  return SIDES.find((side) => side >= shown) ?? IMAGE_SIDE.most;
}

/** `100 %`; small scales keep one decimal. */
export function scaleText(scale: number): string {
  const percent = scale * 100;
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}
