import { median } from '../../contract/median.ts';

/** Last measurements, of whose times the median counts. */
const WINDOW = 20;

/**
 * The time that measurements of one kind may take, as a share of that of the steps. Each counts as a
 * typical one, so that one that other programs delayed does not forbid those that follow.
 */
export class MeasureBudget {
  readonly share: number;
  readonly #costs: number[] = [];
  #made = 0;

  constructor(share: number) {
    this.share = share;
  }

  /** Of a measurement. */
  get typicalMs(): number {
    return this.#costs.length === 0 ? 0 : median(this.#costs);
  }

  spend(ms: number): void {
    this.#made += 1;
    this.#costs.push(ms);
    if (this.#costs.length > WINDOW) this.#costs.shift();
  }

  /** Whether another one fits; the first one always does. */
  allows(trainedMs: number): boolean {
    return this.#made === 0 || (this.#made + 1) * this.typicalMs <= this.share * trainedMs;
  }
}
