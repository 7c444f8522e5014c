/** Pictures as codecs give them. */
import { damagedBy } from '../errors.ts';
import type { StoredPixels } from '../stored-image.ts';

export interface Decoded extends StoredPixels {
  /** bits of a value that the codec uses */
  readonly bits: number;
  readonly isSigned: boolean;
}

/** What the file around the codec's data says of the picture. */
export interface Expected {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/**
 * A decoder reserves memory by what its data state, so this is compared before.
 *
 * @throws StudioError `image-damaged`
 */
export function requireExpected(stated: Expected, expected: Expected): void {
  const isSame =
    stated.width === expected.width &&
    stated.height === expected.height &&
    stated.channels === expected.channels;
  if (isSame) return;
  const text = (size: Expected) => `${size.width} x ${size.height} with ${size.channels} samples`;
  throw damagedBy(`it states ${text(expected)}, and its compressed data ${text(stated)}`);
}
