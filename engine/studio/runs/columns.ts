/** Growing tables of numbers by column in typed arrays: half a million steps take little memory. */

const FIRST_ROWS = 1024;

export interface ColumnCurve {
  steps: number[];
  values: number[];
}

/** The rows `start` to `end` (exclusive), divided into `pieces`. */
export interface Pieces {
  readonly start: number;
  readonly end: number;
  readonly pieces: number;
}

export class Columns<Name extends string> {
  readonly names: readonly Name[];
  #steps = new Float64Array(FIRST_ROWS);
  readonly #values: Map<Name, Float32Array>;
  #length = 0;

  constructor(names: readonly Name[]) {
    this.names = names;
    this.#values = new Map(names.map((name) => [name, new Float32Array(FIRST_ROWS)]));
  }

  get length(): number {
    return this.#length;
  }

  /** @param row missing values are stored as NaN */
  push(step: number, row: Readonly<Partial<Record<Name, number>>>): void {
    if (this.#length === this.#steps.length) this.#grow();
    const at = this.#length++;
    this.#steps[at] = step;
    for (const [name, values] of this.#values) values[at] = row[name] ?? Number.NaN;
  }

  clear(): void {
    this.#length = 0;
  }

  step(at: number): number {
    return this.#steps[at]!;
  }

  value(name: Name, at: number): number {
    return this.#values.get(name)![at]!;
  }

  /** First row whose step is at least `step`; steps are ascending. */
  firstAt(step: number): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#steps[middle]! < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * A curve downsampled for display: the rows `start` to `end` (exclusive) are divided into
   * `pieces` of equal length, and the least and greatest value of each are kept, ordered by step.
   * So all peaks stay visible.
   */
  thinned(name: Name, { start, end, pieces }: Pieces): ColumnCurve {
    const values = this.#values.get(name)!;
    const steps: number[] = [];
    const kept: number[] = [];
    const keep = (at: number) => {
      steps.push(this.#steps[at]!);
      kept.push(values[at]!);
    };
    const rows = end - start;
    if (rows <= pieces * 2) {
      for (let at = start; at < end; at++) if (!Number.isNaN(values[at]!)) keep(at);
      return { steps, values: kept };
    }
    for (const [from, to] of boundsOf(start, rows, pieces)) {
      let least = -1;
      let greatest = -1;
      for (let at = from; at < to; at++) {
        const value = values[at]!;
        if (Number.isNaN(value)) continue;
        if (least < 0 || value < values[least]!) least = at;
        if (greatest < 0 || value > values[greatest]!) greatest = at;
      }
      if (least < 0) continue;
      keep(Math.min(least, greatest));
      if (least !== greatest) keep(Math.max(least, greatest));
    }
    return { steps, values: kept };
  }

  /** The mean of each of the same pieces, at its middle step; undefined when all rows are kept. */
  means(name: Name, { start, end, pieces }: Pieces): ColumnCurve | undefined {
    const values = this.#values.get(name)!;
    const rows = end - start;
    if (rows <= pieces * 2) return undefined;
    const curve: ColumnCurve = { steps: [], values: [] };
    for (const [from, to] of boundsOf(start, rows, pieces)) {
      let sum = 0;
      let counted = 0;
      for (let at = from; at < to; at++) {
        if (Number.isNaN(values[at]!)) continue;
        sum += values[at]!;
        counted++;
      }
      if (counted === 0) continue;
      curve.steps.push(this.#steps[(from + to - 1) >> 1]!);
      curve.values.push(sum / counted);
    }
    return curve;
  }

  #grow(): void {
    const rows = this.#steps.length * 2;
    const steps = new Float64Array(rows);
    steps.set(this.#steps);
    this.#steps = steps;
    for (const [name, values] of this.#values) {
      const larger = new Float32Array(rows);
      larger.set(values);
      this.#values.set(name, larger);
    }
  }
}

function boundsOf(start: number, rows: number, pieces: number): [from: number, to: number][] {
  const bound = (piece: number) => start + Math.floor((rows * piece) / pieces);
  return Array.from({ length: pieces }, (_, piece) => [bound(piece), bound(piece + 1)]);
}
