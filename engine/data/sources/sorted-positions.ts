/** Sorting of rows whose keys are texts that are made when they are asked for. */

/**
 * Positions in the order of their keys, equal ones as they are; undefined where all are in order
 * already. Rows that are sorted in long runs, as walks of folders give them, take one pass a merge.
 *
 * @param keyOf compared by code unit
 */
export function sortedPositions(
  count: number,
  keyOf: (position: number) => string,
): Uint32Array | undefined {
  let starts = runsOf(count, keyOf);
  if (starts.length <= 1) return undefined;
  let from = new Uint32Array(count).map((_, i) => i);
  let into = new Uint32Array(count);
  while (starts.length > 1) {
    const merged: number[] = [];
    for (let run = 0; run < starts.length; run += 2) {
      const [first, second = count, end = count] = starts.slice(run, run + 3) as [number];
      merge(from, into, { first, second, end }, keyOf);
      merged.push(first);
    }
    starts = merged;
    [from, into] = [into, from];
  }
  return from;
}

/** Where each ascending run begins. */
function runsOf(count: number, keyOf: (position: number) => string): number[] {
  const starts: number[] = [];
  let before = '';
  for (let position = 0; position < count; position++) {
    const key = keyOf(position);
    if (position === 0 || key < before) starts.push(position);
    before = key;
  }
  return starts;
}

function merge(
  from: Uint32Array,
  into: Uint32Array,
  { first, second, end }: { first: number; second: number; end: number },
  keyOf: (position: number) => string,
): void {
  let [a, b, at] = [first, second, first];
  let keyA = a < second ? keyOf(from[a]!) : '';
  let keyB = b < end ? keyOf(from[b]!) : '';
  while (a < second && b < end) {
    if (keyA <= keyB) {
      into[at++] = from[a++]!;
      if (a < second) keyA = keyOf(from[a]!);
    } else {
      into[at++] = from[b++]!;
      if (b < end) keyB = keyOf(from[b]!);
    }
  }
  into.set(from.subarray(a, second), at);
  into.set(from.subarray(b, end), at + second - a);
}
