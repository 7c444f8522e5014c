/** A column of numbers whose length is not known beforehand. */

type Column = Uint8Array | Uint32Array | Float64Array;

const FIRST = 1024;

export class GrowingNumbers<C extends Column> {
  length = 0;
  readonly #make: new (
    length: number,
  ) => C;
  #values: C;

  /** @param make kind of the column */
  constructor(make: new (length: number) => C) {
    this.#make = make;
    this.#values = new make(FIRST);
  }

  /** @returns its position */
  push(value: number): number {
    if (this.length === this.#values.length) {
      const larger = new this.#make(Math.ceil(1.5 * this.length));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length] = value;
    return this.length++;
  }

  at(position: number): number {
    return this.#values[position]!;
  }

  /** A copy of those from one position to before another one. */
  part(start: number, end: number): C {
    return this.#values.slice(start, end) as C;
  }

  get memoryBytes(): number {
    return this.#values.byteLength;
  }

  /** The numbers alone, without what was set aside for more. */
  trimmed(): C {
    return this.#values.slice(0, this.length) as C;
  }
}
