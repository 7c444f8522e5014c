/**
 * Pictures of any kind as people are shown them: 8 bits, red, green and blue. Of other files the
 * first three channels are shown so, or the first in grey; from black to white they have the range
 * that the file states, or else the one that its values have.
 */

import { statedNumber } from '../../../contract/settings/stated-range.ts';
import type { PictureView } from '../../../contract/studio/picture-view.ts';
import { copyOf } from '../../../images/numbers.ts';
import { scaleValues } from '../../../images/scale-values.ts';
import type { StoredFacts, StoredPixels, ValueRange } from '../../../images/stored-image.ts';
import { decodeImage, decodeWithin } from '../decode.ts';
import { newImage, type RgbImage } from '../image.ts';
import { type Planes, planeOf } from '../planes.ts';
import { resizePlanes } from '../resample/resample-planes.ts';
import { readStored } from './decode-planes.ts';
import { measuredRange } from './own-range.ts';
import { readPart } from './read-part.ts';

/** @throws StudioError `image-unreadable` naming the file and the reason */
export async function decodeShown(path: string): Promise<RgbImage> {
  const planes = await shownPlanes(path);
  return planes === undefined ? decodeImage(path) : shownBytes(planes);
}

/**
 * At most `side` pixels in width and height; smaller pictures keep their size.
 *
 * @param view channels and window of pictures that are not of 8 bits; channels that a file does not
 *   have are as without a view
 * @throws StudioError `image-unreadable` naming the file and the reason
 */
export async function decodeShownWithin(
  path: string,
  side: number,
  view?: PictureView,
): Promise<RgbImage> {
  const planes = await shownPlanes(path, view);
  if (planes === undefined) return decodeWithin(path, side);
  const longer = Math.max(planes.width, planes.height);
  if (longer <= side) return shownBytes(planes);
  const [width, height] = [planes.width, planes.height].map((one) =>
    Math.max(1, Math.round((one * side) / longer)),
  ) as [number, number];
  return shownBytes(resizePlanes(planes, width, height, 'bilinear'));
}

/** One channel or three; undefined for pictures of 8 bits. */
function shownPlanes(path: string, view?: PictureView): Promise<Planes | undefined> {
  return readStored(path, async (image, location) => {
    const pixels = viewedChannels(await readPart(image, location), view);
    const { width, height, channels } = pixels;
    const window = windowOf(image, view);
    const ranges = Array.from(
      { length: channels },
      (_, i) => window ?? shownRange(pixels, i, image, view?.channels[i]),
    );
    return { width, height, channels, data: scaleValues(pixels, ranges, image.noData) };
  });
}

/** Undefined where none is chosen, or the file does not state the one that is. */
function windowOf(
  { otherRanges }: StoredFacts,
  view: PictureView | undefined,
): ValueRange | undefined {
  const { window } = view ?? {};
  return typeof window === 'string' ? otherRanges?.[statedNumber(window)! - 2] : window;
}

function viewedChannels(pixels: StoredPixels, view: PictureView | undefined): StoredPixels {
  const { width, height, values } = pixels;
  if (view === undefined || view.channels.some((channel) => channel >= pixels.channels))
    return firstChannels(pixels);
  const plane = width * height;
  const channels = view.channels.length;
  const chosen = copyOf(values, 0);
  const viewed = new (chosen.constructor as new (length: number) => typeof chosen)(
    channels * plane,
  );
  for (const [i, channel] of view.channels.entries())
    viewed.set(values.subarray(channel * plane, (channel + 1) * plane), i * plane);
  return { width, height, channels, values: viewed };
}

function firstChannels(pixels: StoredPixels): StoredPixels {
  const channels = pixels.channels < 3 ? 1 : 3;
  const values = pixels.values.subarray(0, channels * pixels.width * pixels.height);
  return { ...pixels, channels, values };
}

/** Of red, green and blue one range, so that their colours stay. */
function shownRange(
  { width, height, values }: StoredPixels,
  channel: number,
  { colours, metadataRanges, noData }: StoredFacts,
  ofFile = channel,
): ValueRange {
  const stated = metadataRanges?.[metadataRanges.length === 1 ? 0 : ofFile];
  if (stated !== undefined) return stated;
  if (colours === 'rgb') return measuredRange(values, noData);
  const plane = width * height;
  return measuredRange(values.subarray(channel * plane, (channel + 1) * plane), noData);
}

/** The first three channels, or the first in grey. */
export function shownBytes(planes: Planes): RgbImage {
  const { width, height, channels } = planes;
  const image = newImage(width, height);
  for (let channel = 0; channel < 3; channel++)
    planeOf(planes, channels < 3 ? 0 : channel).forEach((value, i) => {
      image.data[3 * i + channel] = Math.round(255 * value);
    });
  return image;
}
