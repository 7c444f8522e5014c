/**
 * Pascal VOC: an XML file for each image, with boxes whose first pixel is 1 and whose last pixel
 * belongs to the box.
 *
 * @source http://host.robots.ox.ac.uk/pascal/VOC/voc2012/devkit_doc.pdf
 */
import path from 'node:path';
import { isStudioError } from '../../../contract/errors.ts';
import type { BoxXywh } from '../../../geometry/box.ts';
import { className } from '../../annotations/class-names.ts';
import type { ProblemLog } from '../../annotations/dense-problems.ts';
import { folderOf, splitOf, stemOf } from '../../annotations/image-finder.ts';
import type { Split } from '../../annotations/labelled-types.ts';
import type { SourceFiles } from '../../annotations/source-files.ts';
import type { FoundFile } from '../../sources/walk.ts';
import type { Draft, DraftImage, DraftObject } from '../draft.ts';
import { foundImage, imageOfBroken } from '../found-image.ts';
import { classesNamed } from '../named-classes.ts';
import { asSize, numberIn } from './read-value.ts';
import { readVocSplits } from './voc-splits.ts';
import { childOf, readXmlRoot, textOf, type XmlElement } from './xml-elements.ts';

export async function readVocBoxes(
  source: SourceFiles,
  files: readonly FoundFile[],
  log: ProblemLog,
  signal?: AbortSignal,
): Promise<Draft> {
  const splits = await readVocSplits(source, 'Main');
  const images: DraftImage[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    const image = await readImage(source, file, splits, log);
    if (image !== undefined) images.push(image);
  }
  return { classes: classesNamed(images), images, relative: false, recordName: 'line' };
}

async function readImage(
  { finder }: SourceFiles,
  file: FoundFile,
  splits: ReadonlyMap<string, Split>,
  log: ProblemLog,
): Promise<DraftImage | undefined> {
  const stem = stemOf(path.posix.basename(file.relative));
  const split = splits.get(stem.normalize('NFC')) ?? splitOf(file.relative);
  const from = folderOf(file.relative);
  try {
    const root = await readXmlRoot(file.path);
    if (root.name !== 'annotation') {
      log.report('labels-unreadable', `${file.path}, line ${root.line}: it is no annotation`);
      return imageOfBroken(finder.byStem(stem, from));
    }
    // Names in the files are often those before the images were renamed.
    const named = finder.find(textOf(root, 'filename') || stem, from, split);
    const image = foundImage(
      named === 'missing' ? finder.byStem(stem, from) : named,
      file.path,
      log,
    );
    if (image === undefined) return undefined;
    const objects = root.children
      .filter(({ name }) => name === 'object')
      .flatMap((element) => readObject(element, file, log));
    return { file: image, split, labelled: file.path, stated: sizeOf(root), objects };
  } catch (error) {
    if (!isStudioError(error, 'labels-invalid')) throw error;
    log.report('labels-unreadable', error.message);
    return imageOfBroken(finder.byStem(stem, from));
  }
}

function sizeOf(root: XmlElement) {
  const size = childOf(root, 'size');
  return size && asSize(numberIn(textOf(size, 'width')), numberIn(textOf(size, 'height')));
}

function readObject(element: XmlElement, file: FoundFile, log: ProblemLog): DraftObject[] {
  const { line } = element;
  const place = `${file.path}, line ${line}`;
  const name = className(textOf(element, 'name'));
  const bounds = childOf(element, 'bndbox');
  if (name === '' || bounds === undefined) {
    log.report('record-invalid', `${place}: no name or no bndbox`);
    return [];
  }
  const sides = ['xmin', 'ymin', 'xmax', 'ymax'].map((side) => numberIn(textOf(bounds, side)));
  const [left, top, right, bottom] = sides;
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) {
    log.report('box-invalid', place);
    return [];
  }
  const box: BoxXywh = [left - 1, top - 1, right - left + 1, bottom - top + 1];
  const crowd = textOf(element, 'difficult') === '1';
  return [
    { of: name, box, polygons: undefined, runs: undefined, crowd, area: undefined, record: line },
  ];
}
