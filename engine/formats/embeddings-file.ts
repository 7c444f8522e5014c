/**
 * Embeddings, one vector per image with its path and class, as files for other tools: CSV, NumPy or
 * Parquet.
 *
 * Files are written atomically and compared with the vectors before they are renamed. The vectors
 * are never copied as a whole.
 */
import path from 'node:path';
import type { CsvStyle } from '../contract/csv-text.ts';
import { StudioError } from '../contract/errors.ts';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { type RecognisesOwn, refuseTaken } from '../disk/result-file.ts';
import type { Embeddings } from './embeddings.ts';
import { checkCsv, isEmbeddingsCsv, writeEmbeddingsCsv } from './embeddings-csv.ts';
import {
  checkNpy,
  checkNpyPaths,
  isEmbeddingsNpy,
  isNpyPaths,
  writeEmbeddingsNpy,
  writeNpyPaths,
} from './embeddings-npy.ts';
import { checkParquet, isEmbeddingsParquet, writeEmbeddingsParquet } from './embeddings-parquet.ts';

export type EmbeddingsFormat = 'csv' | 'npy' | 'parquet';

/** A file of a format; `check` throws when its content is wrong. */
interface Part {
  /** The path, from the requested one. */
  fileOf(file: string): string;
  write(file: string, embeddings: Embeddings, style?: CsvStyle): Promise<void>;
  check(file: string, embeddings: Embeddings, style?: CsvStyle): Promise<void>;
  /** Whether a file has earlier embeddings, which may be replaced. */
  readonly isOwn: RecognisesOwn;
}

const same = (file: string) => file;

const FORMATS: Record<EmbeddingsFormat, readonly Part[]> = {
  csv: [{ fileOf: same, write: writeEmbeddingsCsv, check: checkCsv, isOwn: isEmbeddingsCsv }],
  npy: [
    {
      fileOf: (file) => `${file.slice(0, -'.npy'.length)}.paths.csv`,
      write: writeNpyPaths,
      check: checkNpyPaths,
      isOwn: isNpyPaths,
    },
    { fileOf: same, write: writeEmbeddingsNpy, check: checkNpy, isOwn: isEmbeddingsNpy },
  ],
  parquet: [
    {
      fileOf: same,
      write: writeEmbeddingsParquet,
      check: checkParquet,
      isOwn: isEmbeddingsParquet,
    },
  ],
};

/** The format of a file name. @throws StudioError `embeddings-format` */
export function embeddingsFormat(file: string): EmbeddingsFormat {
  const extension = path.extname(file).slice(1).toLowerCase();
  if (Object.hasOwn(FORMATS, extension)) return extension as EmbeddingsFormat;
  throw new StudioError(
    'embeddings-format',
    `${path.basename(file)} does not say in which format the vectors are to be written.`,
    {
      advice: `End its name with one of: ${Object.keys(FORMATS)
        .map((name) => `.${name}`)
        .join(', ')}.`,
    },
  );
}

/**
 * Check before hours of work that embeddings may be written to this file.
 * @throws StudioError `embeddings-format`, `target-taken`
 */
export async function refuseTakenEmbeddings(file: string): Promise<void> {
  for (const part of FORMATS[embeddingsFormat(file)])
    await refuseTaken(part.fileOf(file), part.isOwn);
}

/**
 * Write embeddings. `.csv` has the columns `path`, `label`, `f0`, `f1`, …; `.npy` has the vectors
 * alone, [images, width], beside a `.paths.csv` with `path` and `label`; `.parquet` has the columns
 * `path`, `label`, `embedding`.
 *
 * @returns the files that were written
 * @throws StudioError `embeddings-format`; `target-taken`; `embeddings-invalid` when sizes do not
 *   fit; `export-failed` when the written file differs
 */
export async function writeEmbeddings(
  file: string,
  embeddings: Embeddings,
  style: CsvStyle = {},
): Promise<string[]> {
  const format = embeddingsFormat(file);
  const { paths, labels, data, width } = embeddings;
  if (data.length !== paths.length * width || (labels && labels.length !== paths.length))
    throw new StudioError(
      'embeddings-invalid',
      `${data.length} numbers and ${labels?.length ?? 'no'} labels do not fit ${paths.length} images of ${width} numbers.`,
    );
  const files: string[] = [];
  for (const part of FORMATS[format]) {
    const target = part.fileOf(file);
    await writeFileAtomically(
      target,
      (beside) => part.write(beside, embeddings, style),
      (beside) => part.check(beside, embeddings, style),
      part.isOwn,
    );
    files.push(target);
  }
  return files;
}
