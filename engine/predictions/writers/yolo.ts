/**
 * YOLO: a text file for each image in `labels`, and `data.yaml`. Classes are numbered from 0 without
 * the background. A line is a class and an outline, or a box where there is no outline, in shares of
 * width and height; the score of an object is not written, since readers take labels.
 *
 * @source https://docs.ultralytics.com/datasets/segment/
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { isBackground } from '../../contract/class-labels.ts';
import { writeFileAtomically } from '../../disk/atomic-file.ts';
import { joinHoles } from '../../geometry/outlines.ts';
import { type Outlined, outlined } from '../outlined.ts';
import type { PredictedImage } from '../prediction.ts';
import type { FolderFormat, FolderWriter, WriterOptions } from '../writer.ts';

const CONFIG_FILE = 'data.yaml';
/** Decimals of shares: a hundredth of a pixel of an image of 10,000. */
const DECIMALS = 6;

export const yolo: FolderFormat = { common: [CONFIG_FILE], open };

async function open({ folder, classes }: WriterOptions): Promise<FolderWriter> {
  const named = classes.flatMap((one, label) => (isBackground(one) ? [] : [label]));
  const names = new Map(named.map((label, i) => [i, classes[label]!.name]));
  const config = stringify({ path: '.', train: 'images', val: 'images', names });
  await writeFileAtomically(path.join(folder, CONFIG_FILE), (beside) => writeFile(beside, config));
  const numbers = new Map(named.map((label, i) => [label, i]));
  return {
    async add(image, { stem }) {
      const file = `labels/${stem}.txt`;
      const text = outlined(image, classes)
        .flatMap((one) => lineOf(one, image, numbers))
        .join('');
      await writeFileAtomically(path.join(folder, file), (beside) => writeFile(beside, text));
      return file;
    },
    end: async () => {},
  };
}

function lineOf(
  { label, box, polygons }: Outlined,
  { width, height }: PredictedImage,
  numbers: ReadonlyMap<number, number>,
): string[] {
  const number = numbers.get(label);
  if (number === undefined) return [];
  const shares = (values: ArrayLike<number>) =>
    Array.from(values, (value, i) => (value / (i % 2 === 0 ? width : height)).toFixed(DECIMALS));
  const [first, ...others] = polygons;
  // An object has one line, so its parts are joined as holes are.
  if (first !== undefined)
    return [
      `${[
        number,
        ...shares(
          joinHoles(
            Array.from(first),
            others.map((one) => Array.from(one)),
          ),
        ),
      ].join(' ')}\n`,
    ];
  const [left, top, across, down] = box!;
  return [`${[number, ...shares([left + across / 2, top + down / 2, across, down])].join(' ')}\n`];
}
