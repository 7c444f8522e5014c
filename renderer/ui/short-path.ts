/** Long paths in little space. Beginning and end tell more than the middle, so that is left out. */

/** A third of the letters is for the beginning: drives and shares, where users tell their disks apart. */
const BEGINNING = 1 / 3;

/** @returns at most `most` letters; the name at the end stays whole where it fits */
export function shortPath(path: string, most: number): string {
  // By letters as they are seen, so that none is cut in two.
  const letters = [...path];
  if (letters.length <= most) return path;
  const name = [...(path.replace(/[\\/]+$/, '').match(/[\\/][^\\/]*$/)?.[0] ?? '')];
  const room = most - 1;
  const end = Math.min(Math.max(name.length, Math.ceil(room * (1 - BEGINNING))), room - 1);
  const begin = room - end;
  return `${letters.slice(0, begin).join('')}…${letters.slice(letters.length - end).join('')}`;
}
