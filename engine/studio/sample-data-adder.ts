/** Adds the sample data that a job has written as a labelled data set. */
import type { Job } from '../contract/studio/jobs.ts';

export interface SampleDataset {
  readonly kind: 'labelled';
  readonly folders: readonly string[];
  readonly name: string;
}

export class SampleDataAdder {
  readonly #add: (dataset: SampleDataset) => Promise<unknown>;
  /** Jobs that were seen before they ended; a data set that was removed later is not added again. */
  readonly #live = new Set<string>();

  /** @param add is called once for each job that is seen to end well */
  constructor(add: (dataset: SampleDataset) => Promise<unknown>) {
    this.#add = add;
  }

  onJob({ id, state, request }: Job): void {
    // Scenes have no folder for each class.
    if (request.kind !== 'sample-data' || request.name !== 'cifar10') return;
    if (state === 'waiting' || state === 'running') {
      this.#live.add(id);
      return;
    }
    if (!this.#live.delete(id) || state !== 'done') return;
    const dataset = { kind: 'labelled', folders: [request.out], name: 'Sample data' } as const;
    // Known data sets stay as they are, and the page offers to add what could not be added.
    void this.#add(dataset).catch(() => undefined);
  }
}
