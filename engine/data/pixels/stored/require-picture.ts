import { countOf } from '../../../contract/number-text.ts';
import { damagedBy } from '../../../images/errors.ts';
import type { StoredFacts } from '../../../images/stored-image.ts';

/** @throws StudioError `image-damaged` where a file has no picture of this number */
export function requirePicture({ samples }: Pick<StoredFacts, 'samples'>, picture = 0): void {
  if (picture < samples) return;
  throw damagedBy(`it has ${countOf(samples, 'picture')}, and none of number ${picture}`);
}
