/**
 * Orientation tags of images, and labels in pixels of the stored image.
 *
 * Labelling programs differ: LabelMe, CVAT and Label Studio show the image turned, and Ultralytics
 * and Detectron2 turn it when they read, so labels are in pixels of what is shown. Older programs
 * and scripts that read stored pixels write labels of those.
 *
 * @source CIPA DC-008 (Exif), tag 274
 */
import type { BoxXywh } from '../../geometry/box.ts';
import type { Polygon } from '../../geometry/polygon.ts';
import { decodeMask, encodeMask, type RunLengths } from '../../geometry/run-length.ts';
import { turnUpright, uprightSize } from '../../images/orientation.ts';
import type { Size } from '../pixels/decode.ts';

/** The size before turning. @param orientation 1 to 8 */
export function storedSize(shown: Size, orientation: number): Size {
  // Turned back, width and height change places as they do when turned.
  return uprightSize(shown, orientation);
}

/** Where a point of the stored image is shown. @param stored size of the stored image */
function turnPoint(x: number, y: number, { width, height }: Size, orientation: number) {
  switch (orientation) {
    case 2:
      return [width - x, y] as const;
    case 3:
      return [width - x, height - y] as const;
    case 4:
      return [x, height - y] as const;
    case 5:
      return [y, x] as const;
    case 6:
      return [height - y, x] as const;
    case 7:
      return [height - y, width - x] as const;
    case 8:
      return [y, width - x] as const;
    default:
      return [x, y] as const;
  }
}

export function turnBox(box: BoxXywh, stored: Size, orientation: number): BoxXywh {
  const [left, top, width, height] = box;
  const [x0, y0] = turnPoint(left, top, stored, orientation);
  const [x1, y1] = turnPoint(left + width, top + height, stored, orientation);
  return [Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0)];
}

export function turnPolygon(polygon: Polygon, stored: Size, orientation: number): Polygon {
  const turned = new Float64Array(polygon.length);
  for (let i = 0; i < polygon.length; i += 2) {
    const [x, y] = turnPoint(polygon[i]!, polygon[i + 1]!, stored, orientation);
    turned[i] = x;
    turned[i + 1] = y;
  }
  return turned;
}

/** @param pixels [height, width] of the stored image, row by row */
export function turnPixels<T extends Uint8Array | Uint16Array | Uint32Array>(
  pixels: T,
  stored: Size,
  orientation: number,
): T {
  return turnUpright({ ...stored, channels: 1, values: pixels }, orientation).values as T;
}

export function turnRuns(runs: RunLengths, orientation: number): RunLengths {
  const stored = { width: runs.width, height: runs.height };
  const shown = storedSize(stored, orientation);
  return encodeMask(turnPixels(decodeMask(runs), stored, orientation), shown.height, shown.width);
}

/** How labels of a stated or measured size lie on an image. */
export type Frame = 'shown' | 'stored' | 'untold' | 'other';

/**
 * @param shown size of the image as it is shown
 * @param size of the labels, where it is known
 * @returns `untold` where the image has a tag and the size does not tell; labels then count as shown
 */
export function frameOf(shown: Size, orientation: number, size: Size | undefined): Frame {
  if (size === undefined) return orientation > 1 ? 'untold' : 'shown';
  const fits = (other: Size) => other.width === size.width && other.height === size.height;
  const stored = storedSize(shown, orientation);
  if (fits(shown)) return orientation > 1 && fits(stored) ? 'untold' : 'shown';
  return fits(stored) ? 'stored' : 'other';
}
