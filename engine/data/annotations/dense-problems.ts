/** Problems of dense labels: their codes, sentences and examples. */
import { getOrMake } from '../../contract/maps.ts';
import type { Unreadable } from '../sources/index-types.ts';
import type { LabelProblemCode } from './labelled-types.ts';

/** How the message of each problem begins; it ends with the number of cases. */
const MESSAGES = {
  'missing-file': 'Images that the labels name and that are not there',
  unreadable: 'Images that cannot be used',
  'ambiguous-file': 'Names of images that fit several files',
  'path-outside': 'Paths that leave the folder, not followed',
  'file-listed-twice': 'Images that the labels name more than once, of which the first counts',
  'duplicate-file-name': 'Images that share a name, so that their labels cannot be told apart',
  'image-without-labels': 'Images without labels, left out',
  'image-kept-as-negative': 'Images without labels, kept as images without objects',
  'image-without-objects': 'Images whose labels name no object',
  'labels-without-image': 'Labels without an image',
  'labels-unreadable': 'Files of labels that cannot be read, whose images are left out',
  'record-invalid': 'Records that cannot be understood, left out',
  'class-unlisted': 'Objects of a class that is not listed, left out',
  'class-repeated': 'Classes that are listed more than once',
  'shape-unsupported': 'Shapes that are neither boxes nor areas, left out',
  'box-invalid': 'Boxes whose numbers are no box, left out',
  'box-empty': 'Boxes without an area, left out',
  'box-tiny': 'Boxes smaller than a pixel, kept',
  'box-outside': 'Boxes that reach outside their image, cut at its border',
  'box-beyond': 'Boxes that lie wholly outside their image, left out',
  'polygon-broken': 'Polygons with fewer than three points or with invalid numbers, left out',
  'run-lengths-broken': 'Run-length masks that do not fit their image, left out',
  'object-doubled': 'Objects that are there more than once, left out after the first',
  'size-differs': 'Images of another size than their labels state, left out',
  'labels-turned':
    'Labels in pixels of the stored image, turned as the orientation tag of the image says',
  'orientation-untold':
    'Labels of images with an orientation tag, taken as pixels of the image as it is shown',
  'mask-unreadable': 'Masks that cannot be read, whose images are left out',
  'mask-size-differs': 'Masks of another size than their image, left out',
  'mask-value-unlisted': 'Values in masks that are no class, ignored',
  'mask-without-class': 'Masks in which every pixel is ignored',
  'masks-binary': 'Masks of the values 0 and 255 alone, where 255 is taken as a class',
} as const;

export type DenseProblemCode = keyof typeof MESSAGES | LabelProblemCode;

export interface DenseProblem {
  readonly code: DenseProblemCode;
  /** one sentence with the count */
  readonly message: string;
  readonly count: number;
  /** the first cases, each with its file and line or record */
  readonly items: readonly string[];
  /** path and reason of the first files that cannot be used */
  readonly files?: readonly Unreadable[];
}

interface Cases {
  count: number;
  readonly items: string[];
  readonly files: Unreadable[];
}

/** Cases that are named; a set may have millions. */
export const MOST_ITEMS = 1000;

/** Collects problems while labels are read. */
export class ProblemLog {
  readonly #found = new Map<keyof typeof MESSAGES, Cases>();

  /** @param item the file and, where there is one, the line or record */
  report(code: keyof typeof MESSAGES, item: string): void {
    this.#add(code, item);
  }

  /** An image that cannot be used. */
  reportUnreadable(file: Unreadable): void {
    this.#add('unreadable', `${file.path}: ${file.reason}`, file);
  }

  #add(code: keyof typeof MESSAGES, item: string, file?: Unreadable): void {
    const known = getOrMake(this.#found, code, () => ({ count: 0, items: [], files: [] }));
    if (++known.count > MOST_ITEMS) return;
    known.items.push(item);
    if (file !== undefined) known.files.push(file);
  }

  count(...codes: readonly (keyof typeof MESSAGES)[]): number {
    return codes.reduce((sum, code) => sum + (this.#found.get(code)?.count ?? 0), 0);
  }

  /** In the order of their codes. */
  get problems(): DenseProblem[] {
    return (Object.keys(MESSAGES) as (keyof typeof MESSAGES)[]).flatMap((code) => {
      const found = this.#found.get(code);
      if (found === undefined) return [];
      const { count, items, files } = found;
      const problem = { code, message: `${MESSAGES[code]}: ${count}`, count, items: [...items] };
      return [files.length === 0 ? problem : { ...problem, files: [...files] }];
    });
  }
}
