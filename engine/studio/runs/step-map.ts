/** A rising quantity by steps of a run, linear between the steps at which it is known. */
export class StepMap {
  #steps = [0];
  #values = [0];

  /** Add what is known of a later step; steps that are not later are left out. */
  push(step: number, value: number): void {
    if (step <= this.lastStep) return;
    this.#steps.push(step);
    this.#values.push(Math.max(value, this.lastValue));
  }

  get lastStep(): number {
    return this.#steps.at(-1)!;
  }

  get lastValue(): number {
    return this.#values.at(-1)!;
  }

  /** @param perStep its rise for each step after the last known one */
  at(step: number, perStep: number): number {
    return interpolate(this.#steps, this.#values, step, perStep);
  }

  /** The step, not always a whole one, at which it reaches `value`. */
  stepAt(value: number, perStep: number): number {
    return interpolate(this.#values, this.#steps, value, perStep > 0 ? 1 / perStep : 0);
  }
}

/** @param xs ascending, with at least one item */
function interpolate(
  xs: readonly number[],
  ys: readonly number[],
  x: number,
  slopeAfter: number,
): number {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle]! < x) low = middle + 1;
    else high = middle;
  }
  if (low === xs.length) return ys.at(-1)! + (x - xs.at(-1)!) * slopeAfter;
  if (low === 0 || xs[low] === x) return ys[low]!;
  const [x0, x1, y0, y1] = [xs[low - 1]!, xs[low]!, ys[low - 1]!, ys[low]!];
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}
