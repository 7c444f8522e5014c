/** What kind of numbers a file holds, and whether a network can be given them. */

import { countOf } from '../../../contract/number-text.ts';
import { statedNumber } from '../../../contract/settings/stated-range.ts';
import type { StoredKind } from '../../../contract/stored-kind.ts';
import type { StoredFacts } from '../../../images/stored-image.ts';
import type { Reading } from '../reading.ts';

export function storedKind(facts: StoredFacts): StoredKind {
  const { channels, colours, type, bits, samples, typeRange, metadataRanges, otherRanges, stack } =
    facts;
  return {
    channels,
    colours,
    numbers: type,
    bits,
    ...(samples > 1 ? { pictures: samples } : {}),
    ...(stack !== undefined && { stack }),
    hasTypeRange: typeRange !== undefined,
    hasStatedRange: metadataRanges !== undefined,
    ...(otherRanges !== undefined && { statedRanges: 1 + otherRanges.length }),
  };
}

/** A reading whose range may still be measured. */
export interface WantedReading extends Pick<Reading, 'channels'> {
  readonly valueRange: Reading['valueRange'] | 'percentiles';
}

/** Of pictures of 8 bits; grey ones are read as three equal channels. */
const BYTES: StoredKind = {
  channels: 3,
  colours: 'rgb',
  numbers: 'uint8',
  bits: 8,
  hasTypeRange: true,
  hasStatedRange: false,
};

/**
 * Why a network with this reading cannot be given the file; undefined where it can. Grey serves
 * three channels, and red, green and blue serve one.
 */
export function misfitOf(
  {
    channels,
    colours,
    numbers,
    hasBytes,
    hasTypeRange,
    hasStatedRange,
    statedRanges = 1,
  }: StoredKind = BYTES,
  reading: WantedReading,
): string | undefined {
  const wanted = reading.channels;
  if (hasBytes && wanted === 3 && reading.valueRange === 'type') return undefined;
  const serves =
    channels === wanted ||
    (channels === 1 && wanted === 3) ||
    (channels === 3 && wanted === 1 && colours === 'rgb');
  if (!serves)
    return `it has ${countOf(channels, 'channel')}, and ${wanted} are needed: set channels=${channels}`;
  if (reading.valueRange === 'type' && !hasTypeRange)
    return `its values are ${numbers}, which have no range of their own: set value_range to ${hasStatedRange ? 'metadata, ' : ''}percentiles or LOW,HIGH`;
  const asked = statedNumber(reading.valueRange);
  if (asked !== undefined && !hasStatedRange)
    return 'it does not state a range of values: set value_range to percentiles or LOW,HIGH';
  if (asked !== undefined && asked > statedRanges)
    return `it states ${countOf(statedRanges, 'range')} of values, and number ${asked} is asked for: set value_range to metadata, percentiles or LOW,HIGH`;
  return undefined;
}

/** A kind in words, such as "6 channels of 16 bits" or "1 channel of float32". */
export function kindText({ channels, numbers, bits }: StoredKind): string {
  const isPlain = numbers === `uint${bits}` || (numbers === 'uint16' && bits < 16);
  return `${countOf(channels, 'channel')} of ${isPlain ? `${bits} bits` : numbers}`;
}

/** How many samples are of each kind, in words; those of pictures of 8 bits are left out. */
export function kindsOf(
  samples: Iterable<{ readonly stored?: StoredKind }>,
): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const { stored } of samples) {
    if (stored === undefined) continue;
    const text = kindText(stored);
    kinds[text] = (kinds[text] ?? 0) + 1;
  }
  return kinds;
}

/** Sentences, the commonest kind first: "120 images have 6 channels of 16 bits." */
export function kindLines(kinds: Readonly<Record<string, number>>): string[] {
  return Object.entries(kinds)
    .sort((a, b) => b[1] - a[1])
    .map(([kind, count]) => `${countOf(count, 'image has', 'images have')} ${kind}.`);
}
