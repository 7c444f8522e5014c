/**
 * Masks: a PNG file for each image, with a table of classes. Of a map of classes a pixel has the id
 * of its class, as in masks of the training set; of objects it has the number of the object, from 1,
 * and `objects.csv` says what each is.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import { isBackground } from '../../contract/class-labels.ts';
import { csvRow } from '../../contract/csv-text.ts';
import { classColour } from '../../data/targets/class-colours.ts';
import { fromPalette } from '../../data/targets/masks/voc-palette.ts';
import { writeFileAtomically } from '../../disk/atomic-file.ts';
import type { GrowingFile } from '../../disk/growing-file.ts';
import { paintRuns } from '../../geometry/run-length.ts';
import { openLineFile } from '../line-file.ts';
import {
  isMap,
  type PredictedClass,
  type PredictedMap,
  type PredictedObjects,
} from '../prediction.ts';
import type { FolderFormat, FolderWriter, WriterOptions } from '../writer.ts';

export const MASKS_FOLDER = 'masks';
const CLASSES_FILE = 'classes.json';
const OBJECTS_FILE = 'objects.csv';
const OBJECT_COLUMNS = ['image', 'file', 'value', 'class', 'score', 'xmin', 'ymin', 'xmax', 'ymax'];
/** Colours of a palette. */
const MOST_INDICES = 256;

export const masks: FolderFormat = { common: [CLASSES_FILE, OBJECTS_FILE], open };

async function open({ folder, classes, earlier }: WriterOptions): Promise<FolderWriter> {
  await writeFileAtomically(path.join(folder, CLASSES_FILE), (beside) =>
    writeFile(beside, classTable(classes)),
  );
  const palette = paletteOf(classes);
  let objects: GrowingFile | undefined;
  return {
    async add(image, { id, stem }) {
      const file = `${MASKS_FOLDER}/${stem}.png`;
      const png = isMap(image) ? mapPng(image, classes, palette) : objectsPng(image);
      await writeFileAtomically(path.join(folder, file), (beside) => writeFile(beside, png));
      if (!isMap(image)) {
        objects ??= await openLineFile(path.join(folder, OBJECTS_FILE), {
          head: `${csvRow(OBJECT_COLUMNS)}\n`,
          keep: (line) => Number(line.split(',', 1)[0]) <= earlier,
        });
        await objects.append(objectRows(image, id, file, classes));
      }
      return file;
    },
    async end() {
      await objects?.close();
    },
  };
}

/** Read by `--classes`, and found beside masks. */
function classTable(classes: readonly PredictedClass[]): string {
  const table = classes.map((one, label) => ({
    id: one.id,
    name: one.name,
    color: maskColour(one, label),
  }));
  return `${JSON.stringify(table, null, 1)}\n`;
}

function maskColour(one: PredictedClass, label: number) {
  return isBackground(one) && one.colour === undefined ? [0, 0, 0] : classColour(one, label);
}

/** Undefined where ids are too large for one; masks are then of 16 bits. */
function paletteOf(classes: readonly PredictedClass[]): number[][] | undefined {
  if (classes.some(({ id }) => id >= MOST_INDICES)) return undefined;
  const palette: number[][] = Array.from(
    { length: Math.max(...classes.map(({ id }) => id)) + 1 },
    () => [0, 0, 0],
  );
  for (const [label, one] of classes.entries()) palette[one.id] = [...maskColour(one, label)];
  return palette;
}

function mapPng(
  { width, height, classes: map }: PredictedMap,
  classes: readonly PredictedClass[],
  palette: number[][] | undefined,
): Uint8Array {
  const ids = classes.map(({ id }) => id);
  if (palette === undefined) {
    const data = Uint16Array.from(map, (label) => ids[label]!);
    return encode({ width, height, data, depth: 16, channels: 1 });
  }
  const data = Uint8Array.from(map, (label) => ids[label]!);
  return encode({ width, height, data, depth: 8, channels: 1, palette });
}

const OBJECT_PALETTE = Array.from({ length: MOST_INDICES }, (_, i) => [...fromPalette(i)]);

/** Of objects over one another, the most certain is in front. */
function objectsPng({ width, height, objects }: PredictedObjects): Uint8Array {
  const data =
    objects.length < MOST_INDICES
      ? new Uint8Array(width * height)
      : new Uint16Array(width * height);
  for (const [i, { mask }] of [...objects.entries()].reverse())
    if (mask !== undefined) paintRuns(mask, data, i + 1);
  return data instanceof Uint8Array
    ? encode({ width, height, data, depth: 8, channels: 1, palette: OBJECT_PALETTE })
    : encode({ width, height, data, depth: 16, channels: 1 });
}

function objectRows(
  { objects }: PredictedObjects,
  id: number,
  file: string,
  classes: readonly PredictedClass[],
): string {
  return objects
    .map(({ label, score, box: [left, top, width, height] }, i) => {
      const corners = [left, top, left + width, top + height];
      return `${csvRow([id, file, i + 1, classes[label]!.name, score, ...corners])}\n`;
    })
    .join('');
}
