/**
 * COCO JSON in two forms, with the category ids of the training set.
 *
 * `results.json`: the results that COCO's evaluation takes, with exact run lengths: of a map one
 * record for each class of an image, as of COCO-Stuff; of objects their boxes and scores.
 * `annotations.json`: images, categories and annotations with outlines, as tools for annotation
 * import them.
 *
 * @source https://cocodataset.org/#format-results, https://cocodataset.org/#format-data
 */
import path from 'node:path';
import { isBackground } from '../../contract/class-labels.ts';
import { type RunLengths, runArea, runBounds } from '../../geometry/run-length.ts';
import { JsonListFile, type JsonObject, recordLine } from '../json-list-file.ts';
import { outlined } from '../outlined.ts';
import {
  isMap,
  masksOf,
  type PredictedClass,
  type PredictedMap,
  type PredictedObjects,
} from '../prediction.ts';
import { segmentationOf } from '../prediction-text.ts';
import type { FolderFormat, FolderWriter, ListedImage, WriterOptions } from '../writer.ts';

const RESULTS_FILE = 'results.json';
const ANNOTATIONS_FILE = 'annotations.json';

export const coco: FolderFormat = { common: [RESULTS_FILE, ANNOTATIONS_FILE], open };

async function open({ folder, classes, earlier }: WriterOptions): Promise<FolderWriter> {
  const keep = (record: JsonObject) => Number(record['image_id']) <= earlier;
  const results = await JsonListFile.open(path.join(folder, RESULTS_FILE), { head: '[\n', keep });
  const annotations = await JsonListFile.open(path.join(folder, ANNOTATIONS_FILE), {
    head: headOf(classes),
    keep,
  });
  return {
    async add(image, { id }) {
      const found = isMap(image) ? ofMap(image, classes) : ofObjects(image, classes);
      const own = { image_id: id };
      await results.append(found.map(({ result }) => ({ ...own, ...result })));
      const before = annotations.count;
      await annotations.append(
        found.map(({ annotation }, i) => ({ id: before + i + 1, ...own, ...annotation })),
      );
      return undefined;
    },
    async end(images) {
      await results.close();
      await annotations.close(imageLines(images));
    },
  };
}

/** Images come last, since they are not known before. */
function headOf(classes: readonly PredictedClass[]): string {
  const categories = classes
    .filter((one) => !isBackground(one))
    .map(({ id, name }) => ({ id, name, supercategory: '' }));
  const info = { description: 'Predictions of ConMIM Studio' };
  return `${JSON.stringify({ info, categories }).slice(0, -1)},"annotations":[\n`;
}

async function* imageLines(images: AsyncIterable<ListedImage>): AsyncGenerator<string> {
  yield '],"images":[\n';
  let count = 0;
  for await (const { id, relative, width, height } of images)
    yield recordLine({ id, file_name: relative, width, height }, count++);
  yield ']}\n';
}

interface Found {
  readonly result: JsonObject;
  readonly annotation: JsonObject;
}

/** The outlines of a class are one annotation. */
function ofMap(image: PredictedMap, classes: readonly PredictedClass[]): Found[] {
  const outlines = outlined(image, classes);
  return masksOf(image, classes).map(({ label, mask }) => {
    const category = { category_id: classes[label]!.id };
    const own = outlines.filter((one) => one.label === label);
    const segmentation = own.flatMap(({ polygons }) => polygons);
    return {
      result: { ...category, segmentation: segmentationOf(mask) },
      annotation: { ...category, ...extent(mask), iscrowd: 0, segmentation },
    };
  });
}

function ofObjects(image: PredictedObjects, classes: readonly PredictedClass[]): Found[] {
  const outlines = outlined(image, classes);
  return image.objects.map(({ label, score, box, mask }, i) => {
    const plain = { category_id: classes[label]!.id, bbox: box, score };
    const area = mask === undefined ? box[2] * box[3] : runArea(mask);
    const { polygons } = outlines[i]!;
    const runs = mask && { segmentation: segmentationOf(mask) };
    // pycocotools cannot draw a list of no polygons.
    const drawn = polygons.length === 0 && runs ? runs : { segmentation: polygons };
    return {
      result: { ...plain, ...runs },
      annotation: { ...plain, area, iscrowd: 0, ...drawn },
    };
  });
}

function extent(mask: RunLengths): JsonObject {
  return { bbox: runBounds(mask), area: runArea(mask) };
}
