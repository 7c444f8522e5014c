/** The classes of a network of a dense task, as labels of its training set write them. */
import { defined } from '../../contract/defined.ts';
import type { DenseClass } from '../../data/targets/dense-types.ts';
import type { Segmenter } from '../../models/model.ts';

/** Numbered from 0 where the labels of the training set are not known. */
export function denseClasses({
  classes,
  labels,
}: Pick<Segmenter, 'classes' | 'labels'>): DenseClass[] {
  return classes.map((name, i) => {
    const { id = i, colour } = labels?.[i] ?? {};
    return { name, id, ...defined({ colour }) };
  });
}
