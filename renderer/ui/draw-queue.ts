/**
 * A queue that draws charts over several frames, so that the page stays responsive. Of several requests for
 * one chart, only the newest is drawn.
 */

const BUDGET_MS = 6;

type Draw = () => void;

export class DrawQueue {
  readonly #waiting = new Map<object, Draw>();
  readonly #nextFrame: (run: () => void) => void;
  readonly #now: () => number;
  #asked = false;

  constructor(nextFrame: (run: () => void) => void, now: () => number) {
    this.#nextFrame = nextFrame;
    this.#now = now;
  }

  /** @param chart identifies the chart */
  ask(chart: object, draw: Draw): void {
    this.#waiting.set(chart, draw);
    this.#askFrame();
  }

  forget(chart: object): void {
    this.#waiting.delete(chart);
  }

  #askFrame(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#nextFrame(() => this.#drawSome());
  }

  #drawSome(): void {
    this.#asked = false;
    const began = this.#now();
    for (const [chart, draw] of this.#waiting) {
      this.#waiting.delete(chart);
      draw();
      if (this.#now() - began >= BUDGET_MS) break;
    }
    if (this.#waiting.size > 0) this.#askFrame();
  }
}

/** The queue of this page. Hidden pages have no animation frames and draw nothing. */
export const drawQueue = new DrawQueue(
  (run) => void requestAnimationFrame(run),
  () => performance.now(),
);
