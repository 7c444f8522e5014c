/** Labelled images as training needs to know them. */
import type { StoredKind } from '../../contract/stored-kind.ts';
import type { LazyList } from '../../data/sources/lazy-list.ts';

export interface LabelledImage {
  readonly path: string;
  /** sha256 of its content, hex, where it is known */
  readonly hash?: string;
  /** Its class; where an image may have several labels, a number of their combination. */
  readonly label: number;
  readonly labels?: readonly number[];
  /** of files that are read as they are stored */
  readonly stored?: StoredKind;
}

export interface LabelledImages {
  readonly samples: LazyList<LabelledImage>;
  readonly classes: readonly string[];
  readonly fingerprint: string;
}

/** The label of each image. */
export function labelNumbers(samples: LazyList<Pick<LabelledImage, 'label'>>): Uint32Array {
  const labels = new Uint32Array(samples.length);
  let position = 0;
  for (const { label } of samples) labels[position++] = label;
  return labels;
}
