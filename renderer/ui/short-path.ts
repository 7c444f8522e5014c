/** Shorten long paths in the middle, since beginning and end are more informative. */

/** A third of the characters is for the beginning, which names the drive or share. */
const BEGINNING = 1 / 3;

/** @returns at most `most` characters; the last name is kept whole where it fits */
export function shortPath(path: string, most: number): string {
  // Code points are counted, so that none is split.
  const letters = [...path];
  if (letters.length <= most) return path;
  const name = [...(path.replace(/[\\/]+$/, '').match(/[\\/][^\\/]*$/)?.[0] ?? '')];
  const room = most - 1;
  const end = Math.min(Math.max(name.length, Math.ceil(room * (1 - BEGINNING))), room - 1);
  const begin = room - end;
  return `${letters.slice(0, begin).join('')}…${letters.slice(letters.length - end).join('')}`;
}
