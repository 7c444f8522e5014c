/**
 * Dynamic loss scale, which keeps small gradients above float16's smallest number. After an
 * overflow it is halved and the same batch is computed again; after many finite steps it is
 * doubled.
 *
 * @source Micikevicius et al., Mixed Precision Training (ICLR 2018), section 3.2
 */

const START = 2 ** 14;
const LARGEST = 2 ** 16;
/** At a scale of 1 an overflow has another cause. */
const SMALLEST = 1;
const STEPS_TO_GROW = 1000;

export class LossScale {
  #scale = START;
  #good = 0;

  get value(): number {
    return this.#scale;
  }

  /** The numbers that are saved and restored. */
  get state(): readonly [scale: number, goodSteps: number] {
    return [this.#scale, this.#good];
  }

  restore([scale, good]: readonly [number, number]): void {
    this.#scale = scale;
    this.#good = good;
  }

  /** Record a step with finite numbers. */
  succeeded(): void {
    this.#good += 1;
    if (this.#good < STEPS_TO_GROW) return;
    this.#good = 0;
    this.#scale = Math.min(LARGEST, 2 * this.#scale);
  }

  /** Record a step with other numbers and halve the scale; false where it cannot be lowered. */
  overflowed(): boolean {
    this.#good = 0;
    if (this.#scale <= SMALLEST) return false;
    this.#scale /= 2;
    return true;
  }
}

/**
 * Compute the gradients of a batch until they are finite, with ever smaller scales; once without a
 * scale. A loss that is not finite is returned at once, since the scale cannot be the cause.
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

/** The feeds of scaled gradients (`scaledGradients`); empty without a scale. */
export function scaleFeeds(scale: LossScale | undefined): Record<string, Float32Array> {
  if (scale === undefined) return {};
  return {
    lossScale: Float32Array.of(scale.value),
    gradientScale: Float32Array.of(1 / scale.value),
  };
}
