/** From the channels of a file to those of a network. */

import { unsupported } from '../../../images/errors.ts';
import { copyOf } from '../../../images/numbers.ts';
import type { Colours, StoredPixels, StoredValues } from '../../../images/stored-image.ts';

/**
 * Grey becomes three equal channels; red, green and blue become luma.
 *
 * @param noData value that stands for nothing measured, which stays
 * @throws StudioError `image-unsupported` for any other difference
 */
export function matchChannels(
  pixels: StoredPixels,
  colours: Colours,
  channels: number,
  noData?: number,
): StoredPixels {
  if (pixels.channels === channels) return pixels;
  if (pixels.channels === 1 && channels === 3)
    return { ...pixels, channels, values: threefold(pixels.values) };
  if (pixels.channels === 3 && channels === 1 && colours === 'rgb')
    return { ...pixels, channels, values: lumaOf(pixels.values, noData) };
  throw unsupported(`it has ${pixels.channels} channels, and ${channels} are needed`);
}

function threefold(values: StoredValues): StoredValues {
  const three = new (values.constructor as new (length: number) => StoredValues)(3 * values.length);
  for (let channel = 0; channel < 3; channel++) three.set(copyOf(values), channel * values.length);
  return three;
}

/**
 * ITU-R 601 luma. Bytes are rounded as Pillow's conversion to "L" does; other values are not.
 *
 * @source Pillow, Convert.c, `L24`
 */
function lumaOf(values: StoredValues, noData: number | undefined): StoredValues {
  const plane = values.length / 3;
  const isBytes = values instanceof Uint8Array;
  const luma = isBytes ? new Uint8Array(plane) : new Float64Array(plane);
  for (let i = 0; i < plane; i++) {
    const [red, green, blue] = [values[i]!, values[plane + i]!, values[2 * plane + i]!];
    if (isBytes) luma[i] = (red * 19595 + green * 38470 + blue * 7471 + 32768) >> 16;
    else if (red === noData || green === noData || blue === noData) luma[i] = noData!;
    else luma[i] = red === green && red === blue ? red : 0.299 * red + 0.587 * green + 0.114 * blue;
  }
  return luma;
}
