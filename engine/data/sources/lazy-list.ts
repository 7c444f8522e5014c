/** Lists too long for an object an entry: what an entry is, is made when it is asked for. */

/** Values by position; an array is one too. */
export interface LazyList<out T> extends Iterable<T> {
  readonly length: number;
  /** @param position from 0 */
  at(position: number): T | undefined;
}

/** The values at some positions of a list, in their order. Of what was chosen before, no list is kept. */
export function chosenFrom<T>(list: LazyList<T>, positions: Uint32Array): LazyList<T> {
  if (!(list instanceof Chosen)) return new Chosen(list, positions);
  const before: Chosen<T> = list;
  return new Chosen(
    before.from,
    positions.map((position) => before.positions[position]!),
  );
}

class Chosen<T> implements LazyList<T> {
  readonly from: LazyList<T>;
  readonly positions: Uint32Array;

  constructor(from: LazyList<T>, positions: Uint32Array) {
    this.from = from;
    this.positions = positions;
  }

  get length(): number {
    return this.positions.length;
  }

  at(position: number): T | undefined {
    return position < this.length ? this.from.at(this.positions[position]!) : undefined;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const position of this.positions) yield this.from.at(position)!;
  }
}

/** The positions that are kept, ascending. */
export function positionsWhere(count: number, keep: (position: number) => boolean): Uint32Array {
  const kept = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) if (keep(i)) kept[at++] = i;
  return at === count ? kept : kept.slice(0, at);
}

/** What is made of each value, whenever it is asked for. */
export function mapped<T, U>(list: LazyList<T>, make: (value: T) => U): LazyList<U> {
  return {
    length: list.length,
    at: (position) => (position < list.length ? make(list.at(position)!) : undefined),
    *[Symbol.iterator]() {
      for (const value of list) yield make(value);
    },
  };
}

/** The values from one position to before another one. */
export function sliceOf<T>(list: LazyList<T>, start: number, end: number): T[] {
  const length = Math.max(0, Math.min(end, list.length) - start);
  return Array.from({ length }, (_, i) => list.at(start + i)!);
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
