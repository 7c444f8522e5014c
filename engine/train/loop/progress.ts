/** Where a training stands: completed steps, steps that failed, and batches that are left out. */
import type { LoaderPosition } from '../../checkpoint/checkpoint.ts';

export class Progress {
  #step: number;
  #failedInARow: number;
  readonly #skipped: Set<number>;
  /** Batches that failed in this process. */
  readonly #failed = new Set<number>();
  /** Whether the state is to be saved once its steps do not fail. */
  saveDue = false;

  constructor({ step, failedInARow, skippedBatches }: LoaderPosition) {
    this.#step = step;
    this.#failedInARow = failedInARow;
    this.#skipped = new Set(skippedBatches);
  }

  /** Completed steps; the index of the next batch. */
  get step(): number {
    return this.#step;
  }

  /** Steps up to this one that changed nothing. */
  get failedInARow(): number {
    return this.#failedInARow;
  }

  /** What a checkpoint keeps of this. */
  get position(): Pick<LoaderPosition, 'step' | 'skippedBatches' | 'failedInARow'> {
    const { step, failedInARow, skippedBatches } = this;
    return { step, skippedBatches, failedInARow };
  }

  /** Sorted. */
  get skippedBatches(): number[] {
    return [...this.#skipped].sort((a, b) => a - b);
  }

  isSkipped(batch: number): boolean {
    return this.#skipped.has(batch);
  }

  /** Complete a step, whether it changed anything or not. */
  advance(): void {
    this.#step += 1;
  }

  /** Count a step that was applied. */
  countApplied(): void {
    this.#failedInARow = 0;
  }

  /** Count a step that changed nothing. */
  countFailed(batch: number): void {
    this.#failedInARow += 1;
    this.#failed.add(batch);
  }

  /** Leave out the batches that failed. */
  skipFailed(): void {
    this.skip([...this.#failed]);
  }

  skip(batches: readonly number[]): void {
    for (const batch of batches) this.#skipped.add(batch);
  }

  /** Go to another step. Batches that are left out stay so. */
  moveTo({ step, failedInARow }: LoaderPosition): void {
    this.#step = step;
    this.#failedInARow = failedInARow;
    this.saveDue = false;
  }
}
