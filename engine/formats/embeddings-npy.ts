/** Embeddings as a NumPy array, with a table of the paths and labels of its rows. */
import type { CsvStyle } from '../contract/csv-text.ts';
import { firstLine } from '../disk/first-line.ts';
import { writeCsv } from './csv.ts';
import { changed, type Embeddings, RowChecker, sameNumbers } from './embeddings.ts';
import { readRows } from './embeddings-csv.ts';
import { readNpyHeader, readNpyPieces, writeNpy } from './npy.ts';

export async function writeEmbeddingsNpy(file: string, embeddings: Embeddings): Promise<void> {
  const { paths, width, data } = embeddings;
  await writeNpy(file, { dtype: 'f32', shape: [paths.length, width], data });
}

/** @throws StudioError `export-failed`, `npy-invalid` */
export async function checkNpy(file: string, embeddings: Embeddings): Promise<void> {
  const { paths, width, data } = embeddings;
  const { dtype, shape } = await readNpyHeader(file);
  if (dtype !== 'f32' || shape.join() !== [paths.length, width].join())
    throw changed(file, 'the shape');
  let at = 0;
  for await (const piece of readNpyPieces(file)) {
    if (!(piece instanceof Float32Array && sameNumbers(piece, data, at)))
      throw changed(file, 'a vector');
    at += piece.length;
  }
}

/** Whether a file is such an array with such a table beside it; neither names its writer. */
export async function isEmbeddingsNpy(file: string): Promise<boolean> {
  try {
    const { dtype, shape } = await readNpyHeader(file);
    const table = `${file.slice(0, -'.npy'.length)}.paths.csv`;
    return dtype === 'f32' && shape.length === 2 && (await firstLine(table)) === 'path,label';
  } catch {
    return false;
  }
}

/** Whether a file is such a table with an array beside it. */
export function isNpyPaths(file: string): Promise<boolean> {
  return isEmbeddingsNpy(`${file.slice(0, -'.paths.csv'.length)}.npy`);
}

export async function writeNpyPaths(
  file: string,
  { paths, labels }: Embeddings,
  style: CsvStyle = {},
): Promise<void> {
  const rows = paths.map((path, i) => [path, labels?.[i] ?? null]);
  await writeCsv(file, ['path', 'label'], rows, style);
}

/** @throws StudioError `export-failed` */
export async function checkNpyPaths(
  file: string,
  embeddings: Embeddings,
  style: CsvStyle = {},
): Promise<void> {
  const checker = new RowChecker(file, embeddings);
  for await (const { path, label } of readRows(file, style)) checker.next(path, label);
  checker.end();
}
