/** A list of images and labels that the workspace owns: `path,label`, or `path,labels` with several. */
import { writeFile } from 'node:fs/promises';
import { withoutFormulaMark } from '../contract/csv-text.ts';
import { LABEL_JOINER } from '../contract/predictions-text.ts';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { errorCode } from '../disk/disk.ts';
import { csvLine } from '../formats/csv.ts';
import { readTable } from '../formats/table.ts';
import { readTextLines } from '../formats/text-lines.ts';

export interface LabelList {
  readonly several: boolean;
  /** Labels of each image by its path, in the order of the list. */
  readonly images: Map<string, readonly string[]>;
}

const ONE = ['path', 'label'];
const SEVERAL = ['path', 'labels'];

/** An empty list where there is none. @throws StudioError `text-invalid`, `table-invalid` */
export async function readLabelList(file: string): Promise<LabelList> {
  const images = new Map<string, readonly string[]>();
  let several: boolean | undefined;
  try {
    for await (const records of readTable(readTextLines(file)))
      for (const { fields } of records) {
        const [path = '', text = ''] = fields.map(withoutFormulaMark);
        if (several === undefined) several = text === SEVERAL[1];
        else if (path !== '') images.set(path, several ? labelsOf(text) : [text]);
      }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  return { several: several ?? false, images };
}

function labelsOf(text: string): string[] {
  return text === '' ? [] : text.split(LABEL_JOINER);
}

/** @throws StudioError as writing does */
export async function writeLabelList(file: string, { several, images }: LabelList): Promise<void> {
  const lines = [csvLine(several ? SEVERAL : ONE)];
  for (const [path, labels] of images) lines.push(csvLine([path, labels.join(LABEL_JOINER)]));
  await writeFileAtomically(file, (beside) => writeFile(beside, lines.join('')));
}
