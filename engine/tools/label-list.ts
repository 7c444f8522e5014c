/** Lists of labels that users make on pages: of predictions, and of images on a map. */
import { writeFile } from 'node:fs/promises';
import { withoutFormulaMark } from '../contract/csv-text.ts';
import { StudioError } from '../contract/errors.ts';
import { LABEL_JOINER } from '../contract/predictions-text.ts';
import type { LabelledList } from '../contract/tools.ts';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { errorCode } from '../disk/disk.ts';
import { csvLine } from '../formats/csv.ts';
import { readTable } from '../formats/table.ts';
import { readTextLines } from '../formats/text-lines.ts';

export interface LabelChange {
  readonly path: string;
  /** Null takes the image out of the list. */
  readonly labels: readonly string[] | null;
}

/** @throws StudioError as reading and writing the list does */
export async function changeLabelList(
  file: string,
  changes: readonly LabelChange[],
  several: boolean,
): Promise<LabelledList> {
  const list = await readLabelList(file);
  for (const { path, labels } of changes) {
    if (labels === null) list.images.delete(path);
    else list.images.set(path, labels);
  }
  const written = { images: list.images, several: several || list.several };
  await writeLabelList(file, written);
  return { images: written.images.size, several: written.several };
}

export interface LabelList {
  readonly several: boolean;
  /** Labels of each image by its path, in the order of the list. */
  readonly images: Map<string, readonly string[]>;
}

const ONE = ['path', 'label'];
const SEVERAL = ['path', 'labels'];

/**
 * An empty list where there is none.
 * @throws StudioError `list-invalid` for another file, which must not be replaced; `text-invalid`,
 *   `table-invalid`
 */
export async function readLabelList(file: string): Promise<LabelList> {
  const images = new Map<string, readonly string[]>();
  let several: boolean | undefined;
  try {
    for await (const records of readTable(readTextLines(file)))
      for (const { fields } of records) {
        const [path = '', text = ''] = fields.map(withoutFormulaMark);
        if (several === undefined) several = isSeveral(file, fields);
        else if (path !== '') images.set(path, several ? labelsOf(text) : [text]);
      }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  return { several: several ?? false, images };
}

function isSeveral(file: string, fields: readonly string[]): boolean {
  const head = fields.join();
  if (head === ONE.join() || head === SEVERAL.join()) return head === SEVERAL.join();
  throw new StudioError(
    'list-invalid',
    `${file} was changed: its first line does not name the columns path and label alone.`,
    {
      advice: 'Give the labelled set another name, or restore the list.',
      details: { path: file },
    },
  );
}

function labelsOf(text: string): string[] {
  return text === '' ? [] : text.split(LABEL_JOINER);
}

/** @throws StudioError as writing does */
async function writeLabelList(file: string, { several, images }: LabelList): Promise<void> {
  const lines = [csvLine(several ? SEVERAL : ONE)];
  for (const [path, labels] of images) lines.push(csvLine([path, labels.join(LABEL_JOINER)]));
  await writeFileAtomically(file, (beside) => writeFile(beside, lines.join('')));
}
