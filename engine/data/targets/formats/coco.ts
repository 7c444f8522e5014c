/**
 * COCO JSON: images, annotations with boxes, polygons or run lengths, and categories.
 *
 * The file is read record by record; in memory are numbers of the objects alone.
 *
 * @source https://cocodataset.org/#format-data
 */

import { StudioError } from '../../../contract/errors.ts';
import { getOrMake } from '../../../contract/maps.ts';
import type { BoxXywh } from '../../../geometry/box.ts';
import { checkRuns, type RunLengths } from '../../../geometry/run-length.ts';
import { runsFromText } from '../../../geometry/run-length-text.ts';
import { className } from '../../annotations/class-names.ts';
import type { ProblemLog } from '../../annotations/dense-problems.ts';
import { folderOf, splitOf, stemOf } from '../../annotations/image-finder.ts';
import type { Split } from '../../annotations/labelled-types.ts';
import type { SourceFiles } from '../../annotations/source-files.ts';
import { splitNamed } from '../../annotations/split-names.ts';
import type { FoundFile } from '../../sources/walk.ts';
import type { DenseClass } from '../dense-types.ts';
import type { Draft, DraftImage, DraftObject } from '../draft.ts';
import { foundImage } from '../found-image.ts';
import { type JsonRecord, readJsonRecords } from './json-records.ts';
import { labelsInvalid } from './labels-error.ts';
import { asNumber, asNumbers, asRecord, asSize, asText, own } from './read-value.ts';

const KEYS = new Set(['images', 'annotations', 'categories']);
const MOST_OBJECTS = 50_000_000;

interface CocoImage {
  readonly name: string;
  readonly stated: DraftImage['stated'];
  readonly objects: DraftObject[];
}

/** One file, its images by id. */
interface CocoFile {
  readonly images: Map<number | string, CocoImage>;
  readonly categories: Map<number, string>;
}

/**
 * @param files COCO files; several, such as one a split, are one set with common categories
 * @throws StudioError `labels-invalid`
 */
export async function readCoco(
  source: SourceFiles,
  files: readonly FoundFile[],
  log: ProblemLog,
  signal?: AbortSignal,
): Promise<Draft> {
  const images: DraftImage[] = [];
  const ids = new Map<string, number>();
  for (const file of files) {
    const read = await readFileOf(file.path, log, signal);
    // In several files an id may stand for different categories; names are what they share.
    for (const [id, name] of read.categories) if (!ids.has(name)) ids.set(name, id);
    const split = splitOfFile(file);
    for (const { name, stated, objects } of read.images.values()) {
      const place = `${file.path}, image ${name}`;
      const found = foundImage(
        source.finder.find(name, folderOf(file.relative), split),
        place,
        log,
      );
      if (found !== undefined)
        images.push({ file: found, split, labelled: file.path, stated, objects });
    }
  }
  const classes = [...ids]
    .map(([name, id]): DenseClass => ({ name, id }))
    .sort((a, b) => a.id - b.id || (a.name < b.name ? -1 : 1));
  return { classes, images, relative: false, recordName: 'annotations' };
}

/** `instances_train2017.json`, or a folder that names the split. */
function splitOfFile({ relative }: FoundFile): Split | undefined {
  const words = stemOf(relative.split('/').at(-1)!).split(/[_.\s-]/);
  const named = words.map(splitNamed).find((split) => split !== undefined);
  return named ?? splitOf(relative);
}

async function readFileOf(file: string, log: ProblemLog, signal?: AbortSignal): Promise<CocoFile> {
  const reader = new CocoReader(file, log);
  for await (const records of readJsonRecords(file, (key) => KEYS.has(key))) {
    signal?.throwIfAborted();
    for (const record of records) reader.add(record);
  }
  return reader.end();
}

class CocoReader {
  readonly #file: string;
  readonly #log: ProblemLog;
  readonly #images = new Map<number | string, CocoImage>();
  readonly #categories = new Map<number, string>();
  /** Objects by the id of their image, which may be listed after them. */
  readonly #objects = new Map<number | string, DraftObject[]>();
  #count = 0;

  constructor(file: string, log: ProblemLog) {
    this.#file = file;
    this.#log = log;
  }

  add(record: JsonRecord): void {
    if (record.number === 0)
      throw labelsInvalid(this.#file, `has no array as ${record.key}`, record);
    if (record.key === 'images') this.#addImage(record);
    else if (record.key === 'categories') this.#addCategory(record);
    else this.#addObject(record);
  }

  /** @throws StudioError `labels-invalid` where it is no COCO file */
  end(): CocoFile {
    if (this.#images.size === 0)
      throw labelsInvalid(this.#file, 'lists no images as COCO does', { record: 'images' });
    for (const [id, objects] of this.#objects) {
      const image = this.#images.get(id);
      for (const object of objects) {
        const place = `${this.#file}, annotations ${object.record}`;
        const name = this.#categories.get(object.of as number);
        if (image === undefined) this.#log.report('labels-without-image', place);
        else if (name === undefined)
          this.#log.report('class-unlisted', `${place}: category ${object.of}`);
        // Files of one set may number categories differently, so names are kept.
        else image.objects.push({ ...object, of: name });
      }
    }
    return { images: this.#images, categories: this.#categories };
  }

  #addImage({ value, number, line }: JsonRecord): void {
    const record = asRecord(value);
    const id = record && idOf(own(record, 'id'));
    const name = record && asText(own(record, 'file_name'));
    if (record === undefined || id === undefined || name === undefined) {
      this.#invalid('images', number, line, 'no id or file_name');
      return;
    }
    if (this.#images.has(id)) {
      this.#invalid('images', number, line, 'its id occurs before');
      return;
    }
    const stated = asSize(asNumber(own(record, 'width')), asNumber(own(record, 'height')));
    this.#images.set(id, { name, stated, objects: [] });
  }

  #addCategory({ value, number, line }: JsonRecord): void {
    const record = asRecord(value);
    const id = record && asNumber(own(record, 'id'));
    const name = record && asText(own(record, 'name'));
    if (id === undefined || !Number.isSafeInteger(id) || name === undefined) {
      this.#invalid('categories', number, line, 'no whole number as id, or no name');
      return;
    }
    if (this.#categories.has(id))
      this.#log.report(
        'class-repeated',
        `${this.#file}, line ${line}, categories ${number}: id ${id}`,
      );
    else this.#categories.set(id, className(name));
  }

  #addObject({ value, number, line }: JsonRecord): void {
    if (++this.#count > MOST_OBJECTS)
      throw labelsInvalid(this.#file, `has more than ${MOST_OBJECTS} annotations`, { line });
    const record = asRecord(value);
    const image = record && idOf(own(record, 'image_id'));
    const category = record && asNumber(own(record, 'category_id'));
    if (record === undefined || image === undefined || category === undefined) {
      this.#invalid('annotations', number, line, 'no image_id or category_id');
      return;
    }
    const crowd = Boolean(own(record, 'iscrowd'));
    const given = own(record, 'bbox');
    const box = given === undefined ? undefined : asNumbers(given);
    const hasBox = given !== undefined && !(Array.isArray(given) && given.length === 0);
    if (hasBox && box?.length !== 4) {
      this.#log.report('box-invalid', this.#place(number, line));
      return;
    }
    const shape = this.#shape(own(record, 'segmentation'), number, line);
    if (!hasBox && shape.polygons === undefined && shape.runs === undefined) {
      this.#invalid('annotations', number, line, 'neither bbox nor segmentation');
      return;
    }
    const object: DraftObject = {
      of: category,
      box: hasBox ? (box as unknown as BoxXywh) : undefined,
      ...shape,
      crowd,
      area: asNumber(own(record, 'area')),
      record: number,
    };
    getOrMake(this.#objects, image, () => []).push(object);
  }

  /** The outline or run lengths; a broken one is reported, and the box remains. */
  #shape(given: unknown, number: number, line: number) {
    const none = { polygons: undefined, runs: undefined };
    if (given === undefined || given === null) return none;
    if (!Array.isArray(given)) return { ...none, runs: this.#runs(given, number, line) };
    if (given.length === 0) return none;
    // Some programs write the numbers of a single polygon without the list around it.
    const parts: readonly unknown[] = typeof given[0] === 'number' ? [given] : given;
    const polygons = parts.flatMap((part) => {
      const numbers = asNumbers(part);
      if (numbers !== undefined && numbers.length >= 6 && numbers.length % 2 === 0)
        return [Float64Array.from(numbers)];
      this.#log.report('polygon-broken', this.#place(number, line));
      return [];
    });
    return { ...none, polygons: polygons.length === 0 ? undefined : polygons };
  }

  #runs(given: unknown, number: number, line: number): RunLengths | undefined {
    const record = asRecord(given);
    const [height, width] = (record && asNumbers(own(record, 'size'))) ?? [];
    const counts = record && own(record, 'counts');
    try {
      if (height !== undefined && width !== undefined) {
        if (typeof counts === 'string') return runsFromText(counts, height, width);
        const lengths = asNumbers(counts);
        if (lengths !== undefined) return checkRuns(lengths, height, width);
      }
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
    }
    this.#log.report('run-lengths-broken', this.#place(number, line));
    return undefined;
  }

  #invalid(key: string, number: number, line: number, why: string): void {
    this.#log.report('record-invalid', `${this.#file}, line ${line}, ${key} ${number}: ${why}`);
  }

  #place(number: number, line: number): string {
    return `${this.#file}, line ${line}, annotations ${number}`;
  }
}

/** Ids are numbers in COCO, and texts in files of some programs. */
function idOf(value: unknown): number | string | undefined {
  return asNumber(value) ?? asText(value);
}
