/** The files of an index of patches, in one folder. All numbers are little-endian. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import { type LookupAbout, lookupAboutSchema } from '../../contract/studio/lookup.ts';
import { readJsonFile } from '../../disk/json-file.ts';

export const INDEX_FILES = {
  /** facts about the index; written last */
  about: 'lookup.json',
  /** path, width and height of each image, one JSON array a line */
  images: 'images.jsonl',
  /** [patches, width] bytes, ordered by cell */
  vectors: 'vectors.i8',
  /** [patches] factors of these rows */
  scales: 'scales.f32',
  /** [patches] number of the patch in each of these rows: image · patches of an image + place */
  patches: 'patches.u32',
  /** [cells + 1] the first row of each cell */
  starts: 'starts.u32',
  /** [cells, width] */
  centres: 'centres.f32',
  /** [patches] the word of each patch, by its number */
  words: 'words.u16',
  vocabulary: 'vocabulary.json',
} as const;

/** An image of the index with its size in pixels. */
export interface IndexedImage {
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

const imageLineSchema = z.tuple([z.string(), z.number(), z.number()]);

/** A cluster of patches. */
export const storedWordSchema = z.object({
  patches: z.int(),
  images: z.int(),
  /** numbers of the patches nearest to its centre, at most two of an image */
  examples: z.array(z.int()),
});
export type StoredWord = z.infer<typeof storedWordSchema>;

export function imageLine({ path: file, width, height }: IndexedImage): string {
  return `${JSON.stringify([file, width, height])}\n`;
}

/** @throws StudioError `lookup-damaged` */
export async function readAboutIndex(folder: string): Promise<LookupAbout> {
  const file = path.join(folder, INDEX_FILES.about);
  const about = await readJsonFile(file, lookupAboutSchema);
  if (about === undefined) throw damagedIndex(file);
  return about;
}

/** @throws StudioError `lookup-damaged` */
export async function readIndexedImages(folder: string): Promise<IndexedImage[]> {
  const file = path.join(folder, INDEX_FILES.images);
  try {
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => {
      const [at, width, height] = imageLineSchema.parse(JSON.parse(line));
      return { path: at, width, height };
    });
  } catch (cause) {
    throw damagedIndex(file, cause);
  }
}

/** @throws StudioError `lookup-damaged` */
export async function readVocabulary(folder: string): Promise<StoredWord[]> {
  const file = path.join(folder, INDEX_FILES.vocabulary);
  const words = await readJsonFile(file, z.array(storedWordSchema));
  if (words === undefined) throw damagedIndex(file);
  return words;
}

interface NumberArray<T> {
  new (buffer: ArrayBuffer): T;
  readonly BYTES_PER_ELEMENT: number;
}

/** @throws StudioError `lookup-damaged` where the file has another length */
export async function readNumbers<T>(
  folder: string,
  name: string,
  array: NumberArray<T>,
  count: number,
): Promise<T> {
  const file = path.join(folder, name);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw damagedIndex(file, cause);
  });
  if (bytes.length !== count * array.BYTES_PER_ELEMENT) throw damagedIndex(file);
  const aligned = new ArrayBuffer(bytes.length);
  new Uint8Array(aligned).set(bytes);
  return new array(aligned);
}

export function damagedIndex(file: string, cause?: unknown): StudioError {
  return new StudioError('lookup-damaged', `${file} is gone or cannot be understood.`, {
    advice: 'Build the index again: conmim insight lookup RUN --build DIR',
    details: { path: file },
    cause,
  });
}
