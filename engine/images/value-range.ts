/** Which values of a file become 0 and 1. */
import { countOf } from '../contract/number-text.ts';
import { type StatedRange, statedNumber } from '../contract/settings/stated-range.ts';
import { unsupported } from './errors.ts';
import type { StoredFacts, ValueRange } from './stored-image.ts';

/** From the type, one that the file says, or stated ranges: one for all channels or one for each. */
export type RangeRule = 'type' | StatedRange | readonly ValueRange[];

/** @throws StudioError `image-unsupported` where the file has no such range, or not as many */
export function rangesOf(facts: StoredFacts, rule: RangeRule): readonly ValueRange[] {
  const { typeRange, channels, type } = facts;
  if (rule === 'type') {
    if (typeRange !== undefined) return [typeRange];
    throw unsupported(`its values are ${type}, which have no range of their own: state one`);
  }
  const ranges = typeof rule === 'string' ? statedRanges(facts, statedNumber(rule)!) : rule;
  if (ranges === undefined || ranges.length === 0)
    throw unsupported('it does not say which range of its values is to be shown: state one');
  if (ranges.length !== 1 && ranges.length !== channels)
    throw unsupported(`it has ${channels} channels, and there are ${ranges.length} ranges`);
  return ranges;
}

/** The first ones may be of each channel; further ones are of all. */
function statedRanges(
  { metadataRanges, otherRanges = [] }: StoredFacts,
  number: number,
): readonly ValueRange[] | undefined {
  if (number === 1 || metadataRanges === undefined) return metadataRanges;
  const other = otherRanges[number - 2];
  if (other !== undefined) return [other];
  throw unsupported(
    `it states ${countOf(otherRanges.length + 1, 'range')} of its values, and number ${number} is asked for`,
  );
}
