/** Which values of a file become 0 and 1. */
import { unsupported } from './errors.ts';
import type { StoredFacts, ValueRange } from './stored-image.ts';

/** From the type, from what the file says, or stated ranges: one for all channels or one for each. */
export type RangeRule = 'type' | 'metadata' | readonly ValueRange[];

/** @throws StudioError `image-unsupported` where the file has no such range, or not as many */
export function rangesOf(facts: StoredFacts, rule: RangeRule): readonly ValueRange[] {
  const { typeRange, metadataRanges, channels, type } = facts;
  if (rule === 'type') {
    if (typeRange !== undefined) return [typeRange];
    throw unsupported(`its values are ${type}, which have no range of their own: state one`);
  }
  const ranges = rule === 'metadata' ? metadataRanges : rule;
  if (ranges === undefined || ranges.length === 0)
    throw unsupported('it does not say which range of its values is to be shown: state one');
  if (ranges.length !== 1 && ranges.length !== channels)
    throw unsupported(`it has ${channels} channels, and there are ${ranges.length} ranges`);
  return ranges;
}
