/** The values of a file as the network's pipeline has them, before crop and normalisation. */
import { defined } from '../../contract/defined.ts';
import type { StackChannels } from '../../contract/settings/stack-channels.ts';
import { usageError } from '../../contract/usage-error.ts';
import { toPlanes } from '../../images/numbers.ts';
import { openStored, readerOf } from '../../images/readers.ts';
import { scaleValues } from '../../images/scale-values.ts';
import type { ByteSource, ValueRange } from '../../images/stored-image.ts';
import { type RangeRule, rangesOf } from '../../images/value-range.ts';
import { type Location, readLocation } from '../sources/locate.ts';
import { readSource } from '../sources/read-source.ts';
import { decodeImage } from './decode.ts';
import { inspectImage } from './inspect.ts';
import { choicesFor } from './stored/read-choices.ts';
import { readPart } from './stored/read-part.ts';
import { readHeadOf } from './stored/reading-way.ts';

export interface FilePixels {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** pictures in the file, of which one was read */
  readonly samples: number;
  /** type of the stored numbers, and how many of their bits are used */
  readonly numbers: string;
  readonly bits: number;
  /** values that became 0 and 1: one range for all channels or one for each */
  readonly ranges: readonly ValueRange[];
  /** dimensions of a stack that are channels, where these are not the usual ones */
  readonly stack?: StackChannels;
  /** all ranges that the file states to be shown, where it states several for all channels */
  readonly statedRanges?: readonly ValueRange[];
  /** [C, H, W] */
  readonly values: Float32Array;
}

/**
 * @param sample from 0
 * @param stacks dimensions of stacks that are channels
 * @throws StudioError `image-unreadable` naming the file and the reason
 */
export function readFilePixels(
  file: string,
  sample: number,
  rule: RangeRule,
  stacks?: StackChannels,
): Promise<FilePixels> {
  return readSource(file, async (source, { picture = sample, tile, stack = stacks }) =>
    readerOf(await readHeadOf(source)) === undefined
      ? decoded(file, sample)
      : stored(source, { picture, ...defined({ tile, stack }) }, rule),
  );
}

async function stored(
  source: ByteSource,
  part: Pick<Location, 'tile' | 'stack'> & { readonly picture: number },
  rule: RangeRule,
): Promise<FilePixels> {
  const image = await openStored(source, choicesFor(part));
  const { format, samples, type, bits } = image;
  requireSample(part.picture, samples);
  const ranges = rangesOf(image, rule);
  const { width, height, channels, ...pixels } = await readPart(image, part);
  const values = scaleValues({ width, height, channels, ...pixels }, ranges, image.noData);
  const { metadataRanges = [], otherRanges } = image;
  const stated = otherRanges && { statedRanges: [...metadataRanges, ...otherRanges] };
  const facts = { format, width, height, channels, samples, numbers: type, bits, ranges };
  return { ...facts, ...defined({ stack: image.stack }), ...stated, values };
}

/** Files of 8 bits, which have one range. */
async function decoded(file: string, sample: number): Promise<FilePixels> {
  const { format } = inspectImage(await readLocation(file));
  requireSample(sample, 1);
  const { width, height, data } = await decodeImage(file);
  const values = Float32Array.from(toPlanes(data, 3), (value) => value / 255);
  const size = { width, height, channels: 3, samples: 1 };
  return { format, ...size, numbers: 'uint8', bits: 8, ranges: [[0, 255]], values };
}

function requireSample(sample: number, samples: number): void {
  if (sample < samples) return;
  throw usageError(
    `The file has ${samples === 1 ? 'one picture' : `${samples} pictures`}, counted from 0; it has no number ${sample}.`,
  );
}
