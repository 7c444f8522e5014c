/**
 * Draws many charts over several frames instead of all in one: the page answers in between. Of what is
 * asked for one chart while it waits, only the newest is drawn.
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

  /** @param chart names it */
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

/** The one of this page. Pages that are not in front have no frames, and need none drawn. */
export const drawQueue = new DrawQueue(
  (run) => void requestAnimationFrame(run),
  () => performance.now(),
);
