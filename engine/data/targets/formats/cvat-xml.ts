/**
 * CVAT for images 1.1: one XML file with all images, their boxes, polygons, ellipses and masks.
 *
 * @source https://docs.cvat.ai/docs/manual/advanced/xml_format/
 */
import type { BoxXywh } from '../../../geometry/box.ts';
import type { Polygon } from '../../../geometry/polygon.ts';
import type { RunLengths } from '../../../geometry/run-length.ts';
import { className } from '../../annotations/class-names.ts';
import type { ProblemLog } from '../../annotations/dense-problems.ts';
import { folderOf } from '../../annotations/image-finder.ts';
import type { SourceFiles } from '../../annotations/source-files.ts';
import { splitNamed } from '../../annotations/split-names.ts';
import type { FoundFile } from '../../sources/walk.ts';
import type { DenseClass } from '../dense-types.ts';
import type { Draft, DraftImage, DraftObject } from '../draft.ts';
import { foundImage } from '../found-image.ts';
import { classesNamed } from '../named-classes.ts';
import { labelsInvalid } from './labels-error.ts';
import { asSize, hexColour, numberIn } from './read-value.ts';
import { runsInImage } from './row-runs.ts';
import { readXmlElements, textOf, type XmlElement } from './xml-elements.ts';

const IMAGE = 'annotations/image';
/** Labels of a task, a project or a job. */
const LABEL = /^annotations\/meta\/(task|project|job)\/labels\/label$/;
const CORNERS_OF_ELLIPSE = 72;
/** All masks of an image may cover it so many times; more would take without end. */
const MOST_COVERS = 500;

/** @throws StudioError `labels-invalid` naming the line */
export async function readCvat(
  source: SourceFiles,
  file: FoundFile,
  log: ProblemLog,
  signal?: AbortSignal,
): Promise<Draft> {
  const classes = new Map<string, DenseClass>();
  const images: DraftImage[] = [];
  let seen = 0;
  for await (const elements of readXmlElements(file.path, (at) => at === IMAGE || LABEL.test(at)))
    for (const element of elements) {
      signal?.throwIfAborted();
      if (element.name === 'label') addClass(classes, element);
      else {
        seen++;
        const image = readImage(source, file, element, log);
        if (image !== undefined) images.push(image);
      }
    }
  if (seen === 0)
    throw labelsInvalid(file.path, 'lists no image as CVAT for images does', {
      record: 'image',
    });
  const listed = classes.size > 0 ? [...classes.values()] : classesNamed(images);
  return { classes: listed, images, relative: false, recordName: 'line' };
}

function addClass(classes: Map<string, DenseClass>, element: XmlElement): void {
  const name = className(textOf(element, 'name'));
  if (name === '' || classes.has(name)) return;
  const colour = hexColour(textOf(element, 'color'));
  classes.set(name, { name, id: classes.size, ...(colour && { colour }) });
}

function readImage(
  { finder }: SourceFiles,
  file: FoundFile,
  element: XmlElement,
  log: ProblemLog,
): DraftImage | undefined {
  const place = `${file.path}, line ${element.line}`;
  const name = element.attributes.get('name') ?? '';
  if (name === '') {
    log.report('record-invalid', `${place}: an image without a name`);
    return undefined;
  }
  const split = splitNamed(element.attributes.get('subset') ?? '');
  const found = foundImage(finder.find(name, folderOf(file.relative), split), place, log);
  if (found === undefined) return undefined;
  const stated = asSize(numberOf(element, 'width'), numberOf(element, 'height'));
  const most = MOST_COVERS * (stated?.width ?? 0) * (stated?.height ?? 0);
  let covered = 0;
  const objects = element.children.flatMap((shape) => {
    if (shape.name === 'mask')
      covered += (numberOf(shape, 'width') ?? 0) * (numberOf(shape, 'height') ?? 0);
    if (shape.name !== 'mask' || covered <= most) return readShape(shape, stated, file, log);
    log.report('run-lengths-broken', `${file.path}, line ${shape.line}`);
    return [];
  });
  return { file: found, split, labelled: file.path, stated, objects };
}

function readShape(
  element: XmlElement,
  stated: DraftImage['stated'],
  file: FoundFile,
  log: ProblemLog,
): DraftObject[] {
  const { name, line, attributes } = element;
  const place = `${file.path}, line ${line}`;
  const label = className(attributes.get('label') ?? '');
  const read = SHAPES.get(name);
  if (name === 'tag') return [];
  if (read === undefined) {
    log.report('shape-unsupported', `${place}: ${name.slice(0, 20)}`);
    return [];
  }
  if (label === '') {
    log.report('record-invalid', `${place}: no label`);
    return [];
  }
  const shape = read(element, stated);
  if (typeof shape === 'string') {
    log.report(shape, place);
    return [];
  }
  const plain = { box: undefined, polygons: undefined, runs: undefined };
  return [{ of: label, ...plain, ...shape, crowd: false, area: undefined, record: line }];
}

type Shape =
  | { readonly box: BoxXywh }
  | { readonly polygons: readonly Polygon[] }
  | { readonly runs: () => RunLengths };
type Fault = 'box-invalid' | 'polygon-broken' | 'run-lengths-broken';

const SHAPES: ReadonlyMap<
  string,
  (element: XmlElement, stated: DraftImage['stated']) => Shape | Fault
> = new Map<string, (element: XmlElement, stated: DraftImage['stated']) => Shape | Fault>([
  ['box', boxOf],
  ['polygon', polygonOf],
  ['ellipse', ellipseOf],
  ['mask', maskOf],
]);

/** A rotated box has an outline; its rotation is clockwise about its centre, in degrees. */
function boxOf(element: XmlElement): Shape | Fault {
  const [left, top, right, bottom] = numbersOf(element, 'xtl', 'ytl', 'xbr', 'ybr') ?? [];
  if (bottom === undefined) return 'box-invalid';
  const [x, y, width, height] = [left!, top!, right! - left!, bottom - top!];
  const rotation = numberOf(element, 'rotation') ?? 0;
  if (rotation === 0) return { box: [x, y, width, height] };
  const corners = [x, y, x + width, y, x + width, y + height, x, y + height];
  return { polygons: [rotated(corners, x + width / 2, y + height / 2, rotation)] };
}

function polygonOf({ attributes }: XmlElement): Shape | Fault {
  const pairs = (attributes.get('points') ?? '')
    .split(';')
    .map((pair) => pair.split(',').map(numberIn));
  if (
    pairs.length < 3 ||
    pairs.some(([x, y, more]) => x === undefined || y === undefined || more !== undefined)
  )
    return 'polygon-broken';
  return { polygons: [Float64Array.from(pairs.flat() as number[])] };
}

function ellipseOf(element: XmlElement): Shape | Fault {
  const [x, y, across, down] = numbersOf(element, 'cx', 'cy', 'rx', 'ry') ?? [];
  if (down === undefined || !(across! > 0) || !(down > 0)) return 'polygon-broken';
  const outline = Array.from({ length: 2 * CORNERS_OF_ELLIPSE }, (_, i) => {
    const angle = (2 * Math.PI * Math.floor(i / 2)) / CORNERS_OF_ELLIPSE;
    return i % 2 === 0 ? x! + across! * Math.cos(angle) : y! + down * Math.sin(angle);
  });
  return { polygons: [rotated(outline, x!, y!, numberOf(element, 'rotation') ?? 0)] };
}

/** Run lengths row by row within a box; the first run is background. */
function maskOf(element: XmlElement, stated: DraftImage['stated']): Shape | Fault {
  const [left, top, width, height] = numbersOf(element, 'left', 'top', 'width', 'height') ?? [];
  const runs = (element.attributes.get('rle') ?? '').split(',').map(numberIn);
  const isWhole = (value: number | undefined) =>
    value !== undefined && Number.isInteger(value) && value >= 0;
  if (stated === undefined || ![left, top, width, height, ...runs].every(isWhole))
    return 'run-lengths-broken';
  const place = { left: left!, top: top!, width: width!, height: height! };
  const sum = (runs as number[]).reduce((all, run) => all + run, 0);
  const isInside = left! + width! <= stated.width && top! + height! <= stated.height;
  if (!isInside || sum !== width! * height!) return 'run-lengths-broken';
  return { runs: () => runsInImage(runs as number[], place, stated) };
}

function rotated(points: readonly number[], x: number, y: number, degrees: number): Polygon {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return Float64Array.from(points, (_, i) => {
    const [across, down] = [points[i - (i % 2)]! - x, points[i - (i % 2) + 1]! - y];
    return i % 2 === 0 ? x + across * cos - down * sin : y + across * sin + down * cos;
  });
}

function numberOf({ attributes }: XmlElement, name: string): number | undefined {
  return numberIn(attributes.get(name));
}

/** All of these attributes; undefined where one is no number. */
function numbersOf(element: XmlElement, ...names: readonly string[]): number[] | undefined {
  const values = names.map((name) => numberOf(element, name));
  return values.every((value) => value !== undefined) ? (values as number[]) : undefined;
}
