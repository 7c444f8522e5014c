/** The result of a search for an image, with its problem where there is none. */

import type { ProblemLog } from '../annotations/dense-problems.ts';
import type { NotFound } from '../annotations/image-finder.ts';
import type { FoundFile } from '../sources/walk.ts';
import type { DraftImage } from './draft.ts';

const NAMED = 3;

/** @param place the file and record that name the image */
export function foundImage(
  found: FoundFile | readonly FoundFile[] | NotFound,
  place: string,
  log: ProblemLog,
): FoundFile | undefined {
  if (found === 'missing') log.report('missing-file', place);
  else if (found === 'outside') log.report('path-outside', place);
  else if (isSeveral(found)) {
    const named = found.slice(0, NAMED).map((file) => file.relative);
    const more = found.length > NAMED ? ', …' : '';
    log.report('ambiguous-file', `${place}: ${named.join(', ')}${more}`);
  } else return found;
  return undefined;
}

function isSeveral(found: FoundFile | readonly FoundFile[]): found is readonly FoundFile[] {
  return Array.isArray(found);
}

/**
 * The image whose labels cannot be read, so that it is not taken for one without labels; none where
 * it cannot be told.
 */
export function imageOfBroken(
  found: FoundFile | readonly FoundFile[] | NotFound,
): DraftImage | undefined {
  if (typeof found === 'string' || isSeveral(found)) return undefined;
  return {
    file: found,
    split: undefined,
    labelled: undefined,
    stated: undefined,
    objects: [],
    isBroken: true,
  };
}
