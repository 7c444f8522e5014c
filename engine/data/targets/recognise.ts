/** Which format the labels of a folder or file have, by names and by how files begin. */

import path from 'node:path';
import {
  DENSE_FORMATS,
  type DenseFormat,
  type DenseLabels,
  isMaskFormat,
} from '../../contract/dense-labels.ts';
import { StudioError } from '../../contract/errors.ts';
import { getOrMake } from '../../contract/maps.ts';
import { readHead } from '../../disk/read-head.ts';
import { fieldsOf } from '../../formats/table.ts';
import { linesOf } from '../../formats/text-lines.ts';
import { stemOf } from '../annotations/image-finder.ts';
import { pairKeyOf } from '../annotations/mask-pairs.ts';
import type { SourceFiles } from '../annotations/source-files.ts';
import type { FoundFile } from '../sources/walk.ts';
import { columnsOf, delimiterOf } from './formats/box-columns.ts';
import { numberIn } from './formats/read-value.ts';
import { isYoloConfig } from './formats/yolo-config.ts';
import { COLOUR_TABLE_NAMES } from './masks/colour-table.ts';

/** What a task learns from within images. */
export type LabelsWithin = 'masks' | 'objects';

export interface Recognised {
  readonly format: DenseFormat;
  /** files of labels; empty for masks */
  readonly files: readonly FoundFile[];
}

/** Of a JSON or XML file so much tells what it is. */
const HEAD_BYTES = 1 << 16;
/** Files of COCO beside those of objects. */
const OTHER_COCO = /(^|\/)(captions|person_keypoints|stuff|panoptic|image_info)_/i;

type Found = Map<DenseFormat, FoundFile[]>;

/**
 * @param wanted one format, or masks or objects alone, where that is known
 * @throws StudioError `labels-unknown`, `labels-ambiguous`
 */
export async function recognise(
  source: SourceFiles,
  wanted: {
    readonly format?: DenseFormat | undefined;
    readonly kind?: LabelsWithin | undefined;
  },
): Promise<Recognised> {
  const { format, kind } = wanted;
  // Masks may lie in folders of any names, so a format of masks can be forced.
  if (format !== undefined && isMaskFormat(format)) return { format, files: [] };
  const found = await formatsOf(source);
  const named = DENSE_FORMATS.filter(
    (one) => found.has(one) && (format === undefined || one === format),
  );
  const formats = named.filter((one) => suits(one, kind));
  const [first, ...more] = formats;
  if (first === undefined && kind !== undefined && named.length > 0)
    throw unsuited(source.source, named, kind);
  if (first === undefined) throw unknown(source.source, format);
  if (more.length > 0) throw ambiguous(source.source, formats);
  return { format: first, files: found.get(first)! };
}

/**
 * Before anything is read: what a format that is named holds must be what the task learns.
 *
 * @throws StudioError `labels-unknown`
 */
export function refuseUnsuited(
  source: string,
  { format, masks, kind }: DenseLabels & { readonly kind?: LabelsWithin | undefined },
): void {
  if (kind === undefined) return;
  const named = format ?? (masks === undefined ? undefined : 'masks');
  if (named !== undefined && !suits(named, kind)) throw unsuited(source, [named], kind);
  if (masks !== undefined && kind === 'objects') throw unsuited(source, ['masks'], kind);
}

function suits(format: DenseFormat, kind: LabelsWithin | undefined): boolean {
  return kind === undefined || (kind === 'masks') === isMaskFormat(format);
}

async function formatsOf(source: SourceFiles): Promise<Found> {
  const found: Found = new Map();
  for (const file of source.labels) {
    const format = await formatOfFile(file);
    if (format !== undefined) getOrMake(found, format, () => []).push(file);
  }
  const coco = found.get('coco');
  const objects = coco?.filter(({ relative }) => !OTHER_COCO.test(relative)) ?? [];
  if (objects.length > 0) found.set('coco', objects);
  if (!found.has('yolo') && (await hasYoloRows(source))) found.set('yolo', []);
  if (source.file === undefined) for (const format of maskLayouts(source)) found.set(format, []);
  return found;
}

async function formatOfFile(file: FoundFile): Promise<DenseFormat | undefined> {
  const name = path.basename(file.path);
  switch (path.extname(name).toLowerCase()) {
    case '.json': {
      const head = await headOf(file.path);
      if (/"shapes"\s*:/.test(head)) return 'labelme';
      return /"(images|annotations|categories)"\s*:/.test(head) ? 'coco' : undefined;
    }
    case '.xml': {
      const kind = /<(annotations?)[\s>/]/.exec(await headOf(file.path))?.[1];
      return kind === 'annotations' ? 'cvat' : kind === 'annotation' ? 'voc' : undefined;
    }
    case '.yaml':
    case '.yml':
      return (await isYoloConfig(file.path)) ? 'yolo' : undefined;
    case '.csv':
    case '.tsv':
      return !COLOUR_TABLE_NAMES.test(name) && isBoxTable(await headOf(file.path))
        ? 'csv'
        : undefined;
    default:
      return undefined;
  }
}

/** By the first line that is no comment. */
function isBoxTable(head: string): boolean {
  const line = linesOf(head).find((one) => one.trim() !== '' && !/^#\s/.test(one)) ?? '';
  const text = line.replace(/^\uFEFF/, '');
  return columnsOf(fieldsOf(text, delimiterOf(text)) ?? []) !== undefined;
}

/** Whether an image has a text file of numbers: beside it, or in `labels`. */
async function hasYoloRows({ images, labels }: SourceFiles): Promise<boolean> {
  const stems = new Set(images.map(({ relative }) => bareStem(relative)));
  const texts = labels.filter(
    ({ relative }) => relative.endsWith('.txt') && stems.has(bareStem(relative)),
  );
  for (const { path: at } of texts.slice(0, 20)) {
    const line = linesOf(await headOf(at)).find((one) => one.trim() !== '');
    if (line !== undefined) return isYoloRow(line);
  }
  return false;
}

/** A class and four numbers or more. */
function isYoloRow(line: string): boolean {
  const fields = line.trim().split(/\s+/);
  return fields.length >= 5 && fields.every((field) => numberIn(field) !== undefined);
}

function bareStem(relative: string): string {
  return stemOf(path.posix.basename(relative));
}

function maskLayouts({ images, labels }: SourceFiles): DenseFormat[] {
  const has = (pattern: RegExp) => images.some(({ relative }) => pattern.test(relative));
  if (has(/_leftImg8bit\.[a-z]+$/) && has(/_gt(Fine|Coarse)_label(Train)?Ids\.png$/))
    return ['cityscapes'];
  if (has(/(^|\/)annotations\/(training|validation)\/[^/]+\.png$/i)) return ['ade20k'];
  if (has(/(^|\/)SegmentationClass\/[^/]+$/i) && has(/(^|\/)JPEGImages\//i)) return ['voc-masks'];
  const keyed = images.map(({ relative }) => pairKeyOf(relative));
  const keys = new Set(keyed.filter(({ isMask }) => !isMask).map(({ key }) => key));
  if (!keyed.some(({ isMask, key }) => isMask && keys.has(key))) return [];
  const hasTable = labels.some(({ relative }) =>
    COLOUR_TABLE_NAMES.test(path.posix.basename(relative)),
  );
  return [has(/_L\.png$/) && !hasTable ? 'camvid' : 'masks'];
}

async function headOf(file: string): Promise<string> {
  try {
    const head = await readHead(file, HEAD_BYTES);
    const isWide = (head[0] === 0xff && head[1] === 0xfe) || head[1] === 0;
    return head.toString(isWide ? 'utf16le' : 'utf8');
  } catch {
    return ''; // What cannot be read is reported where it is read as labels.
  }
}

function unknown(source: string, format: DenseFormat | undefined): StudioError {
  const what = format === undefined ? 'labels of a known format' : `labels in the format ${format}`;
  return new StudioError('labels-unknown', `${source} has no ${what}`, {
    advice: `Masks lie in a folder such as masks beside images; objects are read from COCO, YOLO, Pascal VOC, LabelMe, CVAT and tables. Name one with --format: ${DENSE_FORMATS.join(', ')}.`,
    details: { path: source },
  });
}

const UNSUITED = {
  masks: {
    text: 'are boxes or outlines of objects, which do not suit semantic segmentation',
    advice:
      'Use --task detect or --task instances, or name the folder of the masks with --masks DIR.',
  },
  objects: {
    text: 'are masks of classes, which do not suit the detection of objects',
    advice:
      'Use --task segment, or give objects as COCO, YOLO, Pascal VOC, LabelMe, CVAT or a table.',
  },
} as const;

function unsuited(
  source: string,
  formats: readonly DenseFormat[],
  kind: LabelsWithin,
): StudioError {
  const { text, advice } = UNSUITED[kind];
  return new StudioError(
    'labels-unknown',
    `The labels of ${source} (${formats.join(', ')}) ${text}`,
    { advice, details: { path: source } },
  );
}

function ambiguous(source: string, formats: readonly DenseFormat[]): StudioError {
  return new StudioError(
    'labels-ambiguous',
    `${source} has labels of several formats: ${formats.join(', ')}`,
    {
      advice: `Name one with --format, such as --format ${formats[0]}.`,
      details: { path: source, formats },
    },
  );
}
