/** Adds the sample data that a job has written as data sets. */
import { sampleDatasets } from '../../contract/sample-sets.ts';
import type { Job } from '../../contract/studio/jobs.ts';

export type SampleDataset = ReturnType<typeof sampleDatasets>[number];

export class SampleDataAdder {
  readonly #add: (dataset: SampleDataset) => Promise<unknown>;
  /** Jobs that were seen before they ended; a data set that was removed later is not added again. */
  readonly #live = new Set<string>();

  /** @param add is called once for each data set of a job that is seen to end well */
  constructor(add: (dataset: SampleDataset) => Promise<unknown>) {
    this.#add = add;
  }

  onJob({ id, state, request }: Job): void {
    if (request.kind !== 'sample-data') return;
    if (state === 'waiting' || state === 'running') {
      this.#live.add(id);
      return;
    }
    if (!this.#live.delete(id) || state !== 'done') return;
    // Known data sets stay as they are, and the page offers to add what could not be added.
    for (const dataset of sampleDatasets(request.name, request.out))
      void this.#add(dataset).catch(() => undefined);
  }
}
