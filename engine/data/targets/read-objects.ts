/** The reader of each format of objects. */

import type { ObjectFormat } from '../../contract/dense-labels.ts';
import { sortClassNames } from '../annotations/class-names.ts';
import type { ProblemLog } from '../annotations/dense-problems.ts';
import type { SourceFiles } from '../annotations/source-files.ts';
import type { FoundFile } from '../sources/walk.ts';
import type { Draft } from './draft.ts';
import { readBoxTable } from './formats/box-table.ts';
import { readCoco } from './formats/coco.ts';
import { readCvat } from './formats/cvat-xml.ts';
import { readLabelMe } from './formats/labelme.ts';
import { readVocBoxes } from './formats/voc-xml.ts';
import { readYolo } from './formats/yolo.ts';

/** @throws StudioError `labels-invalid`; AbortError when `signal` fires */
export async function readObjectDraft(
  format: ObjectFormat,
  source: SourceFiles,
  files: readonly FoundFile[],
  log: ProblemLog,
  signal?: AbortSignal,
): Promise<Draft> {
  switch (format) {
    case 'coco':
      return readCoco(source, files, log, signal);
    case 'yolo':
      return readYolo(source, files[0], log, signal);
    case 'voc':
      return readVocBoxes(source, files, log, signal);
    case 'labelme':
      return readLabelMe(source, files, log, signal);
    case 'cvat':
      return joined(files, (file) => readCvat(source, file, log, signal));
    case 'csv':
      return joined(files, (file) => readBoxTable(source, file, log, signal));
  }
}

/** Several files of one set, whose classes are the same where their names are. */
async function joined(
  files: readonly FoundFile[],
  read: (file: FoundFile) => Promise<Draft>,
): Promise<Draft> {
  const drafts: Draft[] = [];
  for (const file of files) drafts.push(await read(file));
  const [first, ...more] = drafts as [Draft, ...Draft[]];
  if (more.length === 0) return first;
  const known = new Map(drafts.flatMap(({ classes }) => classes).map((one) => [one.name, one]));
  const classes = sortClassNames([...known.keys()]).map((name, id) => ({
    ...known.get(name)!,
    id,
  }));
  return { ...first, classes, images: drafts.flatMap(({ images }) => images) };
}
