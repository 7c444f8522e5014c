/** The columns of a table of boxes, by its header or by the order of a row. */
import { fieldsOf } from '../../../formats/table.ts';
import { isImageName } from '../../sources/formats.ts';
import { DELIMITERS } from '../../sources/lists/list-syntax.ts';
import { numberIn } from './read-value.ts';

export interface BoxColumns {
  readonly path: number;
  readonly label: number;
  /** -1 where there is none */
  readonly split: number;
  /** left, top, and right, bottom or width, height */
  readonly sides: readonly number[];
  readonly hasSize: boolean;
  readonly isHeader: boolean;
}

const NAMES = {
  path: ['path', 'file', 'filename', 'image', 'image_path', 'file_name', 'image_id', 'imageid'],
  label: ['class', 'label', 'name', 'category', 'class_name', 'labelname'],
  split: ['split', 'subset'],
  left: ['xmin', 'x1', 'left', 'x_min', 'bbox_x', 'x'],
  top: ['ymin', 'y1', 'top', 'y_min', 'bbox_y', 'y'],
  right: ['xmax', 'x2', 'right', 'x_max'],
  bottom: ['ymax', 'y2', 'bottom', 'y_max'],
  width: ['bbox_width', 'box_width', 'width', 'w'],
  height: ['bbox_height', 'box_height', 'height', 'h'],
} as const;

export function delimiterOf(line: string): string {
  const counts = DELIMITERS.map((one) => fieldsOf(line, one)?.length ?? 0);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

/** @returns undefined where the fields are neither a header nor a row of the usual order */
export function columnsOf(fields: readonly string[]): BoxColumns | undefined {
  return headerOf(fields) ?? orderOf(fields);
}

function headerOf(fields: readonly string[]): BoxColumns | undefined {
  const titles = fields.map((field) => field.trim().toLowerCase());
  const find = (kind: keyof typeof NAMES) => {
    const name = NAMES[kind].find((one) => titles.includes(one));
    return name === undefined ? -1 : titles.indexOf(name);
  };
  const [path, label, left, top] = [find('path'), find('label'), find('left'), find('top')];
  const [right, bottom] = [find('right'), find('bottom')];
  // Width and height beside corners are those of the image.
  const hasSize = right < 0 || bottom < 0;
  const sides = hasSize ? [left, top, find('width'), find('height')] : [left, top, right, bottom];
  if (path < 0 || label < 0 || sides.some((at) => at < 0)) return undefined;
  return { path, label, split: find('split'), sides, hasSize, isHeader: true };
}

function orderOf(fields: readonly string[]): BoxColumns | undefined {
  const [path = '', ...rest] = fields;
  const isNegative = rest.length === 5 && rest.every((field) => field === '');
  const isRow =
    rest.length === 5 && rest.slice(0, 4).every((field) => numberIn(field) !== undefined);
  if (!isImageName(path) || !(isRow || isNegative)) return undefined;
  return { path: 0, label: 5, split: -1, sides: [1, 2, 3, 4], hasSize: false, isHeader: false };
}
