/** Lists too long for an object an entry: what an entry is, is made when it is asked for. */

/** Values by position; an array is one too. */
export interface LazyList<out T> extends Iterable<T> {
  readonly length: number;
  /** @param position from 0 */
  at(position: number): T | undefined;
}

/** The values at some positions of a list, in their order. */
export function chosenFrom<T>(list: LazyList<T>, positions: Uint32Array): LazyList<T> {
  return {
    length: positions.length,
    at: (position) => (position < positions.length ? list.at(positions[position]!) : undefined),
    *[Symbol.iterator]() {
      for (const position of positions) yield list.at(position)!;
    },
  };
}

/** The values of several lists, one after the other. */
export function joined<T>(lists: readonly LazyList<T>[]): LazyList<T> {
  return {
    length: lists.reduce((sum, { length }) => sum + length, 0),
    at(position) {
      let rest = position;
      for (const list of lists) {
        if (rest < list.length) return list.at(rest);
        rest -= list.length;
      }
      return undefined;
    },
    *[Symbol.iterator]() {
      for (const list of lists) yield* list;
    },
  };
}

/** Up to `count` values of a list, evenly spaced, in order. */
export function evenly<T>(list: LazyList<T>, count: number): T[] {
  if (count >= list.length) return [...list];
  return Array.from(
    { length: count },
    (_, i) => list.at(Math.floor(((i + 0.5) * list.length) / count))!,
  );
}
