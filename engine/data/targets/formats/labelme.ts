/**
 * LabelMe: a JSON file for each image, with shapes of a label and points.
 *
 * Shapes of one label and one group are the parts of one object, as in LabelMe's own conversion to
 * COCO. The image that a file may contain is not used.
 *
 * @source https://github.com/wkentaro/labelme, examples/instance_segmentation/labelme2coco.py
 */
import path from 'node:path';
import { isStudioError } from '../../../contract/errors.ts';
import type { Polygon } from '../../../geometry/polygon.ts';
import { className } from '../../annotations/class-names.ts';
import type { ProblemLog } from '../../annotations/dense-problems.ts';
import { folderOf, splitOf, stemOf } from '../../annotations/image-finder.ts';
import type { SourceFiles } from '../../annotations/source-files.ts';
import type { FoundFile } from '../../sources/walk.ts';
import type { Draft, DraftImage, DraftObject } from '../draft.ts';
import { foundImage, imageOfBroken } from '../found-image.ts';
import { classesNamed } from '../named-classes.ts';
import { type JsonRecord, readJsonRecords } from './json-records.ts';
import { labelsInvalid } from './labels-error.ts';
import { asNumber, asNumbers, asRecord, asSize, asText, own } from './read-value.ts';

type ReadRecord = Readonly<Record<string, unknown>>;

export async function readLabelMe(
  source: SourceFiles,
  files: readonly FoundFile[],
  log: ProblemLog,
  signal?: AbortSignal,
): Promise<Draft> {
  const images: DraftImage[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    const image = await readImage(source, file, log);
    if (image !== undefined) images.push(image);
  }
  return { classes: classesNamed(images), images, relative: false, recordName: 'shape' };
}

async function readImage(
  { finder }: SourceFiles,
  file: FoundFile,
  log: ProblemLog,
): Promise<DraftImage | undefined> {
  const from = folderOf(file.relative);
  const stem = stemOf(path.posix.basename(file.relative));
  const split = splitOf(file.relative);
  const beside = () => finder.byStem(stem, from);
  try {
    const { shapes, values } = await readShapes(file.path);
    const listed = asText(values.get('imagePath'));
    const named =
      listed === undefined
        ? 'missing'
        : // Labels may lie in another folder than the images.
          (finder.at(path.resolve(path.dirname(file.path), listed)) ??
          finder.find(listed, from, split));
    const found = foundImage(named === 'missing' ? beside() : named, file.path, log);
    if (found === undefined) return undefined;
    const stated = asSize(asNumber(values.get('imageWidth')), asNumber(values.get('imageHeight')));
    const objects = objectsOf(shapes, file, log);
    return { file: found, split, labelled: file.path, stated, objects };
  } catch (error) {
    if (!isStudioError(error, 'labels-invalid')) throw error;
    log.report('labels-unreadable', error.message);
    return imageOfBroken(beside());
  }
}

const KEYS = new Set(['shapes', 'imagePath', 'imageWidth', 'imageHeight']);

/** The shapes, and the other values by key; the image that the file may hold is passed over. */
async function readShapes(file: string) {
  const shapes: JsonRecord[] = [];
  const values = new Map<string, unknown>();
  for await (const records of readJsonRecords(file, (key) => KEYS.has(key)))
    for (const record of records)
      if (record.number === 0) values.set(record.key, record.value);
      else if (record.key === 'shapes') shapes.push(record);
  if (values.has('shapes'))
    throw labelsInvalid(file, 'has no list of shapes', { record: 'shapes' });
  return { shapes, values };
}

function objectsOf(shapes: readonly JsonRecord[], file: FoundFile, log: ProblemLog): DraftObject[] {
  const groups = new Map<string, Polygon[]>();
  return shapes.flatMap(({ value, number, line }): DraftObject[] => {
    const place = `${file.path}, line ${line}, shape ${number}`;
    const shape = asRecord(value);
    const label = shape && labelOf(own(shape, 'label'));
    if (shape === undefined || label === undefined) {
      log.report('record-invalid', `${place}: no label`);
      return [];
    }
    const type = asText(own(shape, 'shape_type')) ?? 'polygon';
    const outline = OUTLINES.get(type);
    if (outline === undefined) {
      log.report('shape-unsupported', `${place}: ${type.slice(0, 20)}`);
      return [];
    }
    const polygon = outline(pointsOf(shape));
    if (polygon === undefined) {
      log.report('polygon-broken', place);
      return [];
    }
    const plain = { of: label, runs: undefined, crowd: false, area: undefined, record: number };
    const group = own(shape, 'group_id');
    if (typeof group !== 'number' && typeof group !== 'string')
      return type === 'rectangle'
        ? [{ ...plain, box: boxOf(polygon), polygons: undefined }]
        : [{ ...plain, box: undefined, polygons: [polygon] }];
    const key = JSON.stringify([label, group]);
    const known = groups.get(key);
    if (known !== undefined) {
      known.push(polygon);
      return [];
    }
    const polygons = [polygon];
    groups.set(key, polygons);
    return [{ ...plain, box: undefined, polygons }];
  });
}

/** Labels are texts; numbers that were written as such are read too. */
function labelOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : asText(value);
  return text === undefined ? undefined : className(text) || undefined;
}

function pointsOf(shape: ReadRecord): readonly (readonly number[])[] | undefined {
  const points = own(shape, 'points');
  if (!Array.isArray(points)) return undefined;
  const pairs = points.map(asNumbers);
  return pairs.every((pair) => pair?.length === 2) ? (pairs as number[][]) : undefined;
}

type Outline = (points: readonly (readonly number[])[] | undefined) => Polygon | undefined;

const OUTLINES: ReadonlyMap<string, Outline> = new Map<string, Outline>([
  [
    'polygon',
    (points) => (points && points.length >= 3 ? Float64Array.from(points.flat()) : undefined),
  ],
  ['rectangle', rectangle],
  ['circle', circle],
]);

/** Two opposite corners, or all four. */
function rectangle(points: Parameters<Outline>[0]): Polygon | undefined {
  if (points?.length !== 2 && points?.length !== 4) return undefined;
  const [xs, ys] = [points.map(([x]) => x!), points.map(([, y]) => y!)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  return Float64Array.of(left, top, right, top, right, bottom, left, bottom);
}

function boxOf(corners: Polygon): [number, number, number, number] {
  return [corners[0]!, corners[1]!, corners[2]! - corners[0]!, corners[5]! - corners[1]!];
}

const MOST_CORNERS = 720;

/** Centre and a point on the circle; as many corners as keep within a pixel of it. */
function circle(points: Parameters<Outline>[0]): Polygon | undefined {
  if (points?.length !== 2) return undefined;
  const [[x, y], [alongX, alongY]] = points as [number[], number[]];
  const radius = Math.hypot(alongX! - x!, alongY! - y!);
  if (!(radius > 0)) return undefined;
  const least = radius > 1 ? Math.floor(Math.PI / Math.acos(1 - 1 / radius)) : 0;
  const corners = Math.min(MOST_CORNERS, Math.max(least, 12));
  return Float64Array.from({ length: 2 * corners }, (_, i) => {
    const angle = (2 * Math.PI * Math.floor(i / 2)) / corners;
    return i % 2 === 0 ? x! + radius * Math.sin(angle) : y! + radius * Math.cos(angle);
  });
}
