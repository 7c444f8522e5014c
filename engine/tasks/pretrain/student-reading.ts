/** What the student saw of the first images of a probe set, from what both networks gave for them. */
import { type Recipe, recipeGeometry } from '../../contract/recipe.ts';
import { normalisationOf } from '../../contract/settings/channels.ts';
import type { TakenPatches } from '../../contract/studio/student.ts';
import { newImage, type RgbImage } from '../../data/pixels/image.ts';
import type { ProbeResults } from '../../insight/probe-results.ts';
import type { StudentReading } from '../task.ts';
import type { ProbeSet } from './probe.ts';

/** Images of which pictures are kept. */
export const STUDENT_IMAGES = 8;
/** Digits of a probability. */
const DIGITS = 1e4;

/** @param pathOf the file of an image of the probe set */
export function studentReading(
  recipe: Recipe,
  set: ProbeSet,
  results: Pick<ProbeResults, 'images' | 'patches'>,
  pathOf: (image: number) => string,
): StudentReading {
  const count = Math.min(STUDENT_IMAGES, results.images);
  const numbers = Array.from({ length: count }, (_, i) => i);
  const N = set.rows * set.cols;
  const maskOf = (image: number) => set.mask.subarray(image * N, (image + 1) * N);
  return {
    taken: numbers.map((image) => takenOf(results.patches, maskOf(image), image * N)),
    views: () => ({
      rows: set.rows,
      cols: set.cols,
      images: numbers.map((image) => ({
        path: pathOf(image),
        mask: Array.from(maskOf(image)).join(''),
        student: shownView(set.student, image, set.images, recipe),
        teacher: shownView(set.teacher, image, set.images, recipe),
      })),
    }),
  };
}

/** @param start of the image among all patches */
function takenOf(
  { own, best, taken }: Pick<ProbeResults['patches'], 'own' | 'best' | 'taken'>,
  mask: Uint8Array,
  start: number,
): TakenPatches {
  const masked = [...mask.keys()].filter((patch) => mask[patch] === 1);
  const probability = (logs: Float32Array) =>
    masked.map((patch) => Math.round(Math.exp(logs[start + patch]!) * DIGITS) / DIGITS);
  return {
    taken: masked.map((patch) => taken[start + patch]!),
    takenProbability: probability(best),
    ownProbability: probability(own),
  };
}

/**
 * A view as people are shown it: of three channels or more the first three, else the first in grey.
 *
 * @param views [images, channels, height, width], normalised
 */
function shownView(views: Float32Array, image: number, images: number, recipe: Recipe): RgbImage {
  const { channels, mean, std } = normalisationOf(recipe);
  const { height, width } = recipeGeometry(recipe);
  const plane = height * width;
  const start = image * (views.length / images);
  const shown = newImage(width, height);
  for (let c = 0; c < 3; c++) {
    const channel = channels < 3 ? 0 : c;
    for (let i = 0; i < plane; i++) {
      const value = views[start + channel * plane + i]! * std[channel]! + mean[channel]!;
      shown.data[3 * i + c] = Math.max(0, Math.min(255, Math.round(value * 255)));
    }
  }
  return shown;
}
