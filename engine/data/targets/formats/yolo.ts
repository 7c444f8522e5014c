/**
 * YOLO: a text file beside each image, with a line for each object: its class and a box (centre,
 * width, height) or an outline, in shares of the width and height of the image.
 *
 * @source https://docs.ultralytics.com/datasets/segment/
 */
import path from 'node:path';
import { isStudioError } from '../../../contract/errors.ts';
import { linesOf } from '../../../formats/text-lines.ts';
import type { ProblemLog } from '../../annotations/dense-problems.ts';
import { folderOf, splitOf, stemOf } from '../../annotations/image-finder.ts';
import type { Split } from '../../annotations/labelled-types.ts';
import type { SourceFiles } from '../../annotations/source-files.ts';
import type { FoundFile } from '../../sources/walk.ts';
import type { DenseClass } from '../dense-types.ts';
import type { Draft, DraftImage, DraftObject } from '../draft.ts';
import { foundImage, imageOfBroken } from '../found-image.ts';
import { numberIn } from './read-value.ts';
import { readSmallText } from './small-file.ts';
import { foldersOf, readYoloConfig, type YoloConfig } from './yolo-config.ts';

/** Shares beyond these are no rounding but pixels, or damage. */
const LOWEST = -1;
const HIGHEST = 2;
/** Names of text files that hold no objects. */
const NO_LABELS = /^(classes|obj|names|readme.*|requirements|train|val|valid|test)\.(txt|names)$/i;

interface ListedFile {
  readonly file: FoundFile;
  readonly split: Split | undefined;
}

/** @throws StudioError `labels-invalid` */
export async function readYolo(
  source: SourceFiles,
  config: FoundFile | undefined,
  log: ProblemLog,
  signal?: AbortSignal,
): Promise<Draft> {
  const settings = config && (await readYoloConfig(config.path));
  const texts = new Map(source.labels.map((file) => [file.relative, file]));
  const listed =
    settings === undefined
      ? source.photos.map((file) => ({ file, split: splitOf(file.relative) }))
      : await listedFiles(source, config!, settings, log);
  const used = new Set<string>();
  const ids = new Set<number>();
  const images: DraftImage[] = [];
  for (const { file, split } of listed) {
    signal?.throwIfAborted();
    const labels = labelsOf(file, texts);
    if (labels !== undefined) used.add(labels.relative);
    const objects = labels === undefined ? [] : await readRows(labels, settings, ids, log);
    images.push(
      objects === undefined
        ? imageOfBroken(file)!
        : { file, split, labelled: labels?.path, stated: undefined, objects },
    );
  }
  if (settings === undefined) reportUnused(texts, used, log);
  const classes = settings?.classes ?? (await namedClasses(source, ids));
  return { classes, images, relative: true, recordName: 'line' };
}

async function listedFiles(
  { photos, finder }: SourceFiles,
  config: FoundFile,
  { places, base }: YoloConfig,
  log: ProblemLog,
): Promise<ListedFile[]> {
  const from = folderOf(config.relative);
  const found: ListedFile[] = [];
  const known = new Set<string>();
  const add = (file: FoundFile, split: Split | undefined) => {
    if (!known.has(file.path)) found.push({ file, split });
    known.add(file.path);
  };
  for (const { split, at } of places) {
    if (at.endsWith('.txt')) {
      const list = path.posix.join(from, foldersOf('', at)[0] ?? at);
      await addListed(list, split);
      continue;
    }
    const folders = foldersOf(base, at).map((folder) => path.posix.join(from, folder));
    const inside = folders
      .map((folder) => photos.filter(({ relative }) => isBelow(relative, folder)))
      .find((files) => files.length > 0);
    if (inside === undefined) log.report('missing-file', `${config.path}, ${split}: ${at}`);
    for (const file of inside ?? []) add(file, split);
  }
  if (found.length === 0) for (const file of photos) add(file, splitOf(file.relative));
  return found;

  async function addListed(relative: string, split: Split): Promise<void> {
    const file = path.join(config.path.slice(0, -config.relative.length), relative);
    if (relative.startsWith('../')) {
      log.report('path-outside', `${config.path}, ${split}`);
      return;
    }
    for (const [i, line] of linesOf(await readSmallText(file)).entries()) {
      if (line.trim() === '') continue;
      const place = `${file}, line ${i + 1}`;
      const image = foundImage(finder.find(line.trim(), folderOf(relative), split), place, log);
      if (image !== undefined) add(image, split);
    }
  }
}

function isBelow(relative: string, folder: string): boolean {
  return folder === '' || folder === '.' || relative.startsWith(`${folder}/`);
}

/** The text file of an image: in `labels` where the image is in `images`, else beside it. */
function labelsOf(
  { relative }: FoundFile,
  texts: ReadonlyMap<string, FoundFile>,
): FoundFile | undefined {
  const folders = relative.split('/');
  const at = folders.lastIndexOf('images', folders.length - 2);
  const apart = at < 0 ? relative : folders.with(at, 'labels').join('/');
  const [one, other] = [apart, relative].map((place) => texts.get(`${stemOf(place)}.txt`));
  return one ?? other;
}

/** @returns undefined where the file cannot be read, which is reported */
async function readRows(
  file: FoundFile,
  settings: YoloConfig | undefined,
  ids: Set<number>,
  log: ProblemLog,
): Promise<DraftObject[] | undefined> {
  let text: string;
  try {
    text = await readSmallText(file.path);
  } catch (error) {
    if (!isStudioError(error, 'labels-invalid')) throw error;
    log.report('labels-unreadable', error.message);
    return undefined;
  }
  return linesOf(text).flatMap((row, i) => {
    const line = i + 1;
    const fields = row.trim().split(/\s+/);
    if (fields[0] === '') return [];
    const place = `${file.path}, line ${line}`;
    const numbers = fields.map(numberIn);
    const [id, ...shares] = settings?.hasKeyPoints ? numbers.slice(0, 5) : numbers;
    const fault = faultOf(id, shares);
    if (fault !== undefined) {
      log.report('record-invalid', `${place}: ${fault}`);
      return [];
    }
    ids.add(id!);
    return [objectOf(id!, shares as number[], line)];
  });
}

function faultOf(id: number | undefined, shares: readonly (number | undefined)[]) {
  if (id === undefined || !Number.isInteger(id) || id < 0) return 'its class is no whole number';
  if (shares.some((share) => share === undefined)) return 'a field is no number';
  if (shares.some((share) => share! < LOWEST || share! > HIGHEST))
    return 'its numbers are no shares of width and height';
  if (shares.length === 5) return 'six numbers, as of a prediction with its confidence';
  if (shares.length === 4 || (shares.length >= 6 && shares.length % 2 === 0)) return undefined;
  return `${shares.length + 1} numbers, which are neither a box nor an outline`;
}

function objectOf(id: number, shares: readonly number[], record: number): DraftObject {
  const plain = { of: id, runs: undefined, crowd: false, area: undefined, record };
  if (shares.length > 4) return { ...plain, box: undefined, polygons: [Float64Array.from(shares)] };
  const [x, y, width, height] = shares as [number, number, number, number];
  return { ...plain, box: [x - width / 2, y - height / 2, width, height], polygons: undefined };
}

/** Names from `classes.txt` or `obj.names`, else the numbers that occur. */
async function namedClasses(
  { labels }: SourceFiles,
  ids: ReadonlySet<number>,
): Promise<DenseClass[]> {
  const names = labels.find(({ relative }) => /(^|\/)(classes\.txt|obj\.names)$/i.test(relative));
  if (names === undefined)
    return [...ids].sort((a, b) => a - b).map((id) => ({ id, name: String(id) }));
  const lines = linesOf((await readSmallText(names.path)).trim());
  return lines.map((name, id) => ({ id, name: name.trim() || String(id) }));
}

function reportUnused(
  texts: ReadonlyMap<string, FoundFile>,
  used: ReadonlySet<string>,
  log: ProblemLog,
): void {
  const folders = new Set([...used].map(folderOf));
  for (const { relative, path: at } of texts.values()) {
    const isLabels = relative.endsWith('.txt') && folders.has(folderOf(relative));
    if (isLabels && !used.has(relative) && !NO_LABELS.test(path.posix.basename(relative)))
      log.report('labels-without-image', at);
  }
}
