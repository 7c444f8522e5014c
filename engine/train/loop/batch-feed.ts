/** The batches of a training: a loader that is opened where it is needed, and anew after a rewind. */
import type { LoadedBatch, TrainingLoader } from '../../tasks/training-loader.ts';
import type { TrainingOptions } from './training-options.ts';

export class BatchFeed<Batch> {
  readonly #openLoader: TrainingOptions<Batch>['openLoader'];
  #loader: TrainingLoader<Batch> | undefined;

  constructor(openLoader: TrainingOptions<Batch>['openLoader']) {
    this.#openLoader = openLoader;
  }

  /** Undefined while no loader is open. */
  get stepsPerEpoch(): number | undefined {
    return this.#loader?.stepsPerEpoch;
  }

  /** The next batch. @param step its index, for a loader that is opened now */
  async next(step: number): Promise<LoadedBatch<Batch>> {
    this.#loader ??= await this.#openLoader(step);
    return this.#loader.next();
  }

  /** Close the loader; the next batch opens another. */
  async close(): Promise<void> {
    const loader = this.#loader;
    this.#loader = undefined;
    await loader?.close();
  }
}
