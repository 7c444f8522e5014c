/** Speed of a run, from the wall time of its last steps. */
const WINDOW = 20;

export class Meter {
  readonly #steps: { wallMs: number; images: number }[] = [];
  #first = true;

  /** @param wallMs everything between two steps: wait, step, logging; not pauses or checkpoints */
  record(wallMs: number, images: number): void {
    this.#steps.push({ wallMs, images });
    // The first step of a process compiles and warms up: no measure for the ones to come.
    if (this.#steps.length > (this.#first ? 1 : WINDOW)) {
      this.#steps.shift();
      this.#first = false;
    }
  }

  /** Mean over the window, ms. */
  get stepMs(): number {
    return this.#sum('wallMs') / Math.max(1, this.#steps.length);
  }

  get imagesPerSecond(): number {
    const ms = this.#sum('wallMs');
    return ms > 0 ? (this.#sum('images') / ms) * 1000 : 0;
  }

  etaSeconds(stepsLeft: number): number {
    return (stepsLeft * this.stepMs) / 1000;
  }

  #sum(key: 'wallMs' | 'images'): number {
    return this.#steps.reduce((sum, step) => sum + step[key], 0);
  }
}
