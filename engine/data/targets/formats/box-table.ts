/**
 * Boxes in a table: with a header that names the columns, in any order, or without one, as
 * `path,xmin,ymin,xmax,ymax,class`. A row without coordinates is an image without objects.
 */
import { withoutFormulaMark } from '../../../contract/csv-text.ts';
import { isStudioError } from '../../../contract/errors.ts';
import { getOrMake } from '../../../contract/maps.ts';
import { readTable, type TableRecord } from '../../../formats/table.ts';
import { readTextLines } from '../../../formats/text-lines.ts';
import type { BoxXywh } from '../../../geometry/box.ts';
import { className } from '../../annotations/class-names.ts';
import type { ProblemLog } from '../../annotations/dense-problems.ts';
import { folderOf } from '../../annotations/image-finder.ts';
import type { Split } from '../../annotations/labelled-types.ts';
import type { SourceFiles } from '../../annotations/source-files.ts';
import { splitNamed } from '../../annotations/split-names.ts';
import { withFirst } from '../../sources/lists/list-syntax.ts';
import type { FoundFile } from '../../sources/walk.ts';
import type { Draft, DraftImage, DraftObject } from '../draft.ts';
import { foundImage } from '../found-image.ts';
import { classesNamed } from '../named-classes.ts';
import { type BoxColumns, columnsOf, delimiterOf } from './box-columns.ts';
import { labelsInvalid } from './labels-error.ts';
import { numberIn } from './read-value.ts';

interface TableImage {
  readonly path: string;
  readonly row: number;
  split: Split | undefined;
  readonly objects: DraftObject[];
}

/** @throws StudioError `labels-invalid` naming the line */
export async function readBoxTable(
  source: SourceFiles,
  file: FoundFile,
  log: ProblemLog,
  signal?: AbortSignal,
): Promise<Draft> {
  const rows = await readRows(file, log, signal);
  const images: DraftImage[] = [];
  for (const { path: listed, row, split, objects } of rows.values()) {
    const place = `${file.path}, line ${row}`;
    const found = foundImage(
      source.finder.find(listed, folderOf(file.relative), split),
      place,
      log,
    );
    if (found !== undefined)
      images.push({ file: found, split, labelled: file.path, stated: undefined, objects });
  }
  return { classes: classesNamed(images), images, relative: false, recordName: 'line' };
}

async function readRows(
  file: FoundFile,
  log: ProblemLog,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, TableImage>> {
  const images = new Map<string, TableImage>();
  let columns: BoxColumns | undefined;
  try {
    const { delimiter, lines } = await withDelimiter(file.path);
    for await (const records of readTable(lines, { delimiter, comments: true }))
      for (const record of records) {
        signal?.throwIfAborted();
        if (record.isComment || record.fields.every((field) => field === '')) continue;
        if (columns !== undefined) addRow(images, record, columns, file.path, log);
        else {
          columns = columnsOf(record.fields);
          if (columns === undefined)
            throw labelsInvalid(
              file.path,
              'names no columns of boxes, and is no row of one',
              record,
            );
          if (!columns.isHeader) addRow(images, record, columns, file.path, log);
        }
      }
  } catch (error) {
    if (!isStudioError(error, 'text-invalid', 'table-invalid')) throw error;
    throw labelsInvalid(file.path, 'is no table that can be read', error.details, error);
  }
  return images;
}

async function withDelimiter(file: string) {
  const pieces = readTextLines(file);
  const { value } = await pieces.next();
  const first = value ?? [];
  return { delimiter: delimiterOf(first[0] ?? ''), lines: withFirst(first, pieces) };
}

function addRow(
  images: Map<string, TableImage>,
  { fields, line }: TableRecord,
  columns: BoxColumns,
  file: string,
  log: ProblemLog,
): void {
  const place = `${file}, line ${line}`;
  const field = (at: number) => withoutFormulaMark(fields[at] ?? '').trim();
  const path = field(columns.path);
  const splitText = field(columns.split);
  if (path === '') {
    log.report('record-invalid', `${place}: no path`);
    return;
  }
  const image = getOrMake(images, path, () => ({ path, row: line, split: undefined, objects: [] }));
  image.split ??= splitNamed(splitText);
  const texts = columns.sides.map(field);
  const name = className(field(columns.label));
  if (texts.every((text) => text === '') && name === '') return;
  if (name === '') {
    log.report('record-invalid', `${place}: no class`);
    return;
  }
  const numbers = texts.map(numberIn);
  if (numbers.some((number) => number === undefined)) {
    log.report('box-invalid', place);
    return;
  }
  const [left, top, third, fourth] = numbers as [number, number, number, number];
  const box: BoxXywh = columns.hasSize
    ? [left, top, third, fourth]
    : [left, top, third - left, fourth - top];
  image.objects.push({
    of: name,
    box,
    polygons: undefined,
    runs: undefined,
    crowd: false,
    area: undefined,
    record: line,
  });
}
