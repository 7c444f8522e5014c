// One image for each decoder that is not sharp: WebAssembly that is loaded by path, and our own.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ROOT } from './root.ts';

const IMAGES = path.join(ROOT, 'engine', 'images');

const FILES = [
  ...['jxl/fixtures/grey16.jxl', 'heif/fixtures/rgb10.heic', 'jp2/fixtures/rgb12.jp2'],
  ...['jpeg-xl-u12', 'htj2k-u16', 'jpeg-ls-u12', 'jpeg-lossless-u16', 'jpeg-u12', 'rle-u16'].map(
    (name) => `dicom/fixtures/${name}.dcm`,
  ),
  ...['pnm/fixtures/4095.pgm', 'png/fixtures/rgb.png'],
];

/** Compressions of TIFF, by the beginning of a name in its table of files. */
const TIFF_KINDS = ['zstd', 'lzma', 'lerc', 'jpeg xl', 'jpeg 2000', 'webp'];

/** @returns their number */
export async function writeImages(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  for (const file of FILES)
    await copyFile(path.join(IMAGES, file), path.join(folder, path.basename(file)));
  const tiffs = await tiffFiles();
  for (const [i, tiff] of tiffs.entries()) await writeFile(path.join(folder, `${i}.tif`), tiff);
  return FILES.length + tiffs.length;
}

async function tiffFiles(): Promise<Buffer[]> {
  const cells = path.join(IMAGES, 'tiff', 'fixtures', 'cells.ndjson.gz');
  const text = (await promisify(gunzip)(await readFile(cells))).toString();
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return TIFF_KINDS.map((kind) => {
    const cell = lines.find(({ name }) => name?.toLowerCase().startsWith(kind));
    const found = lines.find(({ content }) => content !== undefined && content === cell?.in);
    if (found === undefined) throw new Error(`No TIFF file of the table is compressed by ${kind}.`);
    return Buffer.from(found.file, 'base64');
  });
}
