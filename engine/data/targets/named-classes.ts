/** Classes of formats that list none: the names that objects have. */
import { sortClassNames } from '../annotations/class-names.ts';
import type { DenseClass } from './dense-types.ts';
import type { DraftImage } from './draft.ts';

/** By number where all names are whole numbers, else by code unit, as class folders are. */
export function classesNamed(images: readonly DraftImage[]): DenseClass[] {
  const names = new Set<string>();
  for (const { objects } of images) for (const { of } of objects) names.add(String(of));
  return sortClassNames([...names]).map((name, id) => ({ name, id }));
}
