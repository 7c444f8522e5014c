/** Objects of images as `predict --format json` stores them: a list with a line for each image. */
import { z } from 'zod';
import { parseJson } from '../contract/parse-json.ts';
import { runsFromText } from '../geometry/run-length-text.ts';
import type { PredictedClass, PredictedObject, PredictedObjects } from './prediction.ts';

const size = z.int().min(1);

const recordSchema = z.object({
  path: z.string(),
  width: size,
  height: size,
  objects: z.array(
    z.object({
      class: z.string(),
      score: z.number(),
      box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      segmentation: z.object({ size: z.tuple([size, size]), counts: z.string() }).optional(),
    }),
  ),
});
/** Masks are still texts, since few are looked at. */
export type StoredImage = z.infer<typeof recordSchema>;

/** The brackets of the list. */
const BRACKETS = /^[[\]]$/;

/** @returns undefined for a line that is no image with objects; null for a line of the list itself */
export function storedImage(line: string): StoredImage | undefined | null {
  if (BRACKETS.test(line)) return null;
  return recordSchema.safeParse(parseJson(line.replace(/^,/, ''))).data;
}

/**
 * Best score of each class of an image, without a check of what is not read of it.
 *
 * @returns as `storedImage`
 */
export function storedScores(line: string): Map<string, number> | undefined | null {
  if (BRACKETS.test(line)) return null;
  const { objects } = (parseJson(line.replace(/^,/, '')) ?? {}) as Partial<StoredImage>;
  if (!Array.isArray(objects)) return undefined;
  const best = new Map<string, number>();
  for (const { class: name, score } of objects as StoredImage['objects'])
    best.set(name, Math.max(score, best.get(name) ?? 0));
  return best;
}

/**
 * @param isWanted which objects are kept
 * @throws StudioError `rle-invalid`
 */
export function objectsIn(
  { path, width, height, objects }: StoredImage,
  classes: readonly PredictedClass[],
  isWanted: (object: StoredImage['objects'][number]) => boolean,
): PredictedObjects {
  const wanted = objects.filter(isWanted).flatMap((one): PredictedObject[] => {
    const label = classes.findIndex(({ name }) => name === one.class);
    if (label < 0) return [];
    const { score, box, segmentation } = one;
    const mask = segmentation && runsFromText(segmentation.counts, ...segmentation.size);
    return [{ label, score, box, ...(mask && { mask }) }];
  });
  return { path, width, height, objects: wanted };
}
