/** What a run is told of images that are left out as asked. */
import { countOf, countText } from '../../contract/number-text.ts';
import type { Notice } from '../../runs/events.ts';

/** @param left number of images that are left out @param asked paths that should be */
export function excludedNotices(
  left: number | undefined,
  asked: ReadonlySet<string> | undefined,
): Notice[] {
  if (left === undefined || asked === undefined) return [];
  const missing = left === 0 ? ` None of the ${countOf(asked.size, 'listed path')} is there.` : '';
  const message = `Images that are left out as asked: ${countText(left)}.${missing}`;
  return [{ code: 'images-excluded', message }];
}
