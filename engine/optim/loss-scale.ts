/**
 * The factor on a loss that keeps small gradients above float16's smallest number. Where something
 * overflows it is halved and the batch is computed again, so no batch is lost; after many good steps it
 * is doubled.
 * @source Micikevicius et al., Mixed Precision Training (ICLR 2018), section 3.2
 */

const START = 2 ** 14;
const LARGEST = 2 ** 16;
/** At 1 an overflow is not the scale's fault. */
const SMALLEST = 1;
const STEPS_TO_GROW = 1000;

export class LossScale {
  #scale = START;
  #good = 0;

  get value(): number {
    return this.#scale;
  }

  /** Numbers to save and to continue from. */
  get state(): readonly [scale: number, goodSteps: number] {
    return [this.#scale, this.#good];
  }

  restore([scale, good]: readonly [number, number]): void {
    this.#scale = scale;
    this.#good = good;
  }

  /** After a step whose numbers were finite. */
  succeeded(): void {
    this.#good += 1;
    if (this.#good < STEPS_TO_GROW) return;
    this.#good = 0;
    this.#scale = Math.min(LARGEST, 2 * this.#scale);
  }

  /** After one whose numbers were not; false where there is nothing left to lower. */
  overflowed(): boolean {
    this.#good = 0;
    if (this.#scale <= SMALLEST) return false;
    this.#scale /= 2;
    return true;
  }
}

/**
 * Computes a batch's gradients until they are finite, with an ever smaller scale; without one, once. A
 * loss that is not finite itself is not the scale's fault.
 */
export async function finiteGradients<T extends { loss: number; squaredNorm: number }>(
  scale: LossScale | undefined,
  compute: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const found = await compute();
    if (scale === undefined || !Number.isFinite(found.loss)) return found;
    if (Number.isFinite(found.squaredNorm)) {
      scale.succeeded();
      return found;
    }
    if (!scale.overflowed()) return found;
  }
}

/** The feeds of gradients that are scaled (`scaledGradients`); none without a scale. */
export function scaleFeeds(scale: LossScale | undefined): Record<string, Float32Array> {
  if (scale === undefined) return {};
  return {
    lossScale: Float32Array.of(scale.value),
    gradientScale: Float32Array.of(1 / scale.value),
  };
}
