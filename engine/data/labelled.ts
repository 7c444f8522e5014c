/** Labelled images: a folder a class. */
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import type { Sample } from './index-types.ts';
import { scanFolders } from './scan.ts';

export interface LabelledSamples {
  readonly samples: readonly Sample[];
  /** index into `classes`, one a sample */
  readonly labels: readonly number[];
  /** sorted by name */
  readonly classes: readonly string[];
}

/**
 * The images of `root/<class>/…`; those directly in the root have no class and are left out.
 *
 * @throws StudioError `no-classes`
 */
export async function labelledSamples(root: string): Promise<LabelledSamples> {
  const index = await scanFolders([root]);
  const classOf = ({ path: file }: Sample) =>
    path.relative(path.resolve(root), file).split(path.sep);
  const inClasses = index.samples.filter((sample) => classOf(sample).length > 1);
  const classes = [...new Set(inClasses.map((sample) => classOf(sample)[0]!))].sort();
  if (classes.length === 0)
    throw new StudioError('no-classes', `${root} has no folders with images in them`, {
      advice: 'Put the images of each class into a folder with the name of the class.',
    });
  const numbers = new Map(classes.map((name, i) => [name, i]));
  const labels = inClasses.map((sample) => numbers.get(classOf(sample)[0]!)!);
  return { samples: inClasses, labels, classes };
}
