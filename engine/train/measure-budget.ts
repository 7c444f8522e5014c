/** The time that measurements of one kind may take, as a share of that of the steps. */
export class MeasureBudget {
  readonly share: number;
  #spentMs = 0;
  #lastMs: number | undefined;

  constructor(share: number) {
    this.share = share;
  }

  get lastMs(): number {
    return this.#lastMs ?? 0;
  }

  spend(ms: number): void {
    this.#spentMs += ms;
    this.#lastMs = ms;
  }

  /** Whether another one as long as the last fits; the first one always does. */
  allows(trainedMs: number): boolean {
    return this.#lastMs === undefined || this.#spentMs + this.#lastMs <= this.share * trainedMs;
  }
}
