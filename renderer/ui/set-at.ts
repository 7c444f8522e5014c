/** Which data set a path in a form stands for: one folder may be several, with different labels. */
import type { DenseFormat } from '../../engine/contract/dense-labels.ts';
import type { Dataset } from '../../engine/contract/studio/index.ts';

/** The format of masks or boxes that a set was added with, or that was recognised. */
export function denseFormatOf({ dense, report }: Dataset): DenseFormat | undefined {
  return dense?.format ?? report?.dense?.format;
}

/**
 * The labelled set at a path; undefined where none was added.
 *
 * @param known the id of the set that was chosen, else the format that its labels are read in
 */
export function setAt(
  datasets: readonly Dataset[],
  at: string,
  known: { readonly id?: string | undefined; readonly format?: DenseFormat | undefined } = {},
): Dataset | undefined {
  const path = at.trim();
  const found = datasets.filter(({ kind, folders }) => kind !== 'images' && folders[0] === path);
  return (
    found.find(({ id }) => id === known.id) ??
    found.find((set) => known.format !== undefined && denseFormatOf(set) === known.format) ??
    found[0]
  );
}

/** Files are divided into images in training as their data set divides them. */
export function divisionOfSet(set: Dataset | undefined): Record<string, string> {
  const { tiles, stackChannels } = set ?? {};
  return {
    ...(tiles !== undefined && { tiles }),
    ...(stackChannels !== undefined && { stack_channels: stackChannels }),
  };
}
