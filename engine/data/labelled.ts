/** A labelled set as plain lists. */
import type { Sample } from './index-types.ts';
import { readLabelledSet } from './labelled/labelled-set.ts';

export interface LabelledSamples {
  readonly samples: readonly Sample[];
  /** index into `classes`, one a sample */
  readonly labels: readonly number[];
  readonly classes: readonly string[];
}

/** @throws StudioError as `readLabelledSet` */
export async function labelledSamples(source: string): Promise<LabelledSamples> {
  const { samples, classes } = await readLabelledSet(source);
  return { samples, classes, labels: samples.map(({ label }) => label) };
}
