/** What a scan remembers of a file that is read as it is stored; every picture is read once. */

import type { StoredKind } from '../../../contract/stored-kind.ts';
import { refuseTooLarge } from '../../../images/errors.ts';
import { openStored } from '../../../images/readers.ts';
import { scaleValues } from '../../../images/scale-values.ts';
import type {
  ByteSource,
  Colours,
  StoredFacts,
  StoredImage,
  StoredPixels,
} from '../../../images/stored-image.ts';
import type { Location, Tile } from '../../sources/locate.ts';
import type { Look } from '../look.ts';
import { greyHash, THUMBNAIL_SIDE } from '../perceptual-hash.ts';
import type { Planes } from '../planes.ts';
import { resizePlanes } from '../resample/resample-planes.ts';
import { measuredRange, spreadOf } from './own-range.ts';
import { choicesFor } from './read-choices.ts';
import { readPart } from './read-part.ts';
import { storedKind } from './stored-kind.ts';

export interface ProbedStored extends Look {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly stored: StoredKind;
  /** of each picture, where the file has several; the look of the file is that of the first */
  readonly looks?: readonly Look[];
}

/**
 * @param location of a picture or tile, where only that is meant
 * @throws StudioError with the reason in `details`
 */
export async function probeStored(
  source: ByteSource,
  pixelLimit: number,
  location: Pick<Location, 'picture' | 'tile' | 'stack'> = {},
): Promise<ProbedStored> {
  const image = await openStored(source, { ...choicesFor(location), pixelLimit });
  const { format, width, height, samples } = image;
  const { picture, tile } = location;
  if (tile !== undefined) return probeTile(image, tile);
  refuseTooLarge(width, height, pixelLimit, format === 'tiff' ? 'tiff' : 'image');
  const { pictures, ...kind } = storedKind(image);
  const facts = { format, width, height };
  if (picture !== undefined) return { ...facts, stored: kind, ...(await lookAt(image, picture)) };
  const looks: Look[] = [];
  for (let sample = 0; sample < samples; sample++) looks.push(await lookAt(image, sample));
  if (pictures === undefined) return { ...facts, stored: kind, ...looks[0]! };
  return { ...facts, stored: { ...kind, pictures }, ...looks[0]!, looks };
}

async function probeTile(image: StoredImage, tile: Tile): Promise<ProbedStored> {
  const pixels = await readPart(image, { tile });
  const { width, height } = pixels;
  const { pictures: _, ...stored } = storedKind(image);
  return { format: image.format, width, height, stored, ...lookOf(pixels, image) };
}

async function lookAt(image: StoredImage, sample: number): Promise<Look> {
  return lookOf(await readPart(image, { picture: sample }), image);
}

function lookOf(pixels: StoredPixels, { colours, typeRange, noData }: StoredFacts): Look {
  const grey = greyOf(pixels, colours, noData);
  const small = resizePlanes(grey, THUMBNAIL_SIDE, THUMBNAIL_SIDE, 'bilinear');
  const phash = greyHash(Float64Array.from(small.data, (value) => 255 * value));
  return { phash, ...spreadOf(pixels.values, typeRange) };
}

/** Luma of red, green and blue; of other channels the mean; within the range that the picture has. */
function greyOf(pixels: StoredPixels, colours: Colours, noData?: number): Planes {
  const { width, height, channels } = pixels;
  const weights =
    colours === 'rgb' && channels === 3
      ? [0.299, 0.587, 0.114]
      : Array.from({ length: channels }, () => 1 / channels);
  const scaled = scaleValues(pixels, [measuredRange(pixels.values, noData)], noData);
  const plane = width * height;
  const data = Float32Array.from({ length: plane }, (_, i) =>
    weights.reduce((sum, weight, channel) => sum + weight * scaled[channel * plane + i]!, 0),
  );
  return { width, height, channels: 1, data };
}
