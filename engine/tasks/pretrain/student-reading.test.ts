import { expect, it } from 'vitest';
import { parseRecipe, recipeGeometry } from '../../contract/recipe.ts';
import { maskedPatches } from '../../contract/studio/student.ts';
import type { FeatureRows } from '../../features/neighbours.ts';
import { recipeMask } from './masks.ts';
import { createPretrainLearner } from './pretrain-learner.ts';
import { STUDENT_IMAGES, studentReading } from './student-reading.ts';
import { probeSetOf, TINY } from './testing/probed-images.ts';

const recipe = parseRecipe({ ...TINY, temperature: 0.1 });
const { patches: N } = recipeGeometry(recipe);
const probeSet = (images: number) => probeSetOf(recipe, images);

/** Of an image, its patches in order, of unit length. Probed tokens begin at another patch in each image. */
function unitRows({ data, width }: FeatureRows, image: number): number[][] {
  return Array.from({ length: N }, (_, patch) => {
    const at = image * N + ((((patch - image * 7) % N) + N) % N);
    const row = Array.from(data.subarray(at * width, (at + 1) * width));
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
}

it('has the patches and probabilities that follow from the projections of both networks', async () => {
  const set = probeSet(6);
  const learner = await createPretrainLearner({ recipe, device: 'reference', probeImages: 6 });
  const results = await learner.probe(set);
  await learner.dispose();
  const { taken, views } = studentReading(recipe, set, results, (image) => `/${image}.png`);
  const { images } = views();
  expect(taken).toHaveLength(6);
  let wrong = 0;
  for (const [i, found] of taken.entries()) {
    const student = unitRows(results.projections.student, i);
    const teacher = unitRows(results.projections.teacher, i);
    const patches = maskedPatches(images[i]!, found);
    expect(patches.map(({ patch }) => patch)).toEqual(
      [...recipeMask(recipe, 0, i)].flatMap((covered, patch) => (covered === 1 ? [patch] : [])),
    );
    for (const { patch, taken: one, takenProbability, ownProbability } of patches) {
      const scores = teacher.map((row) =>
        Math.exp(row.reduce((sum, value, k) => sum + value * student[patch]![k]!, 0) / 0.1),
      );
      const total = scores.reduce((sum, score) => sum + score, 0);
      const best = scores.indexOf(Math.max(...scores));
      expect(one).toBe(best);
      expect(takenProbability).toBeCloseTo(scores[best]! / total, 3);
      expect(ownProbability).toBeCloseTo(scores[patch]! / total, 3);
      if (one !== patch) wrong++;
    }
  }
  expect(wrong).toBeGreaterThan(0);
});

it('shows the views of a few images as they were before normalisation', () => {
  const set = probeSet(20);
  // The first pixel of the third image is (51, 102, 255), the second is above the range.
  for (const [channel, value] of [51, 102, 255].entries()) {
    const at = 2 * 768 + channel * 256;
    const { mean, std } = recipe as { mean: readonly number[]; std: readonly number[] };
    set.student[at] = (value / 255 - mean[channel]!) / std[channel]!;
    set.student[at + 1] = 100;
  }
  const flat = new Float32Array(20 * N);
  const patches = { own: flat, best: flat, taken: flat, entropy: flat, cosine: flat };
  const { views } = studentReading(
    recipe,
    set,
    { images: 20, patches },
    (image) => `/${image}.png`,
  );
  const { images, ...grid } = views();
  expect(grid).toEqual({ rows: 4, cols: 4 });
  expect(images).toHaveLength(STUDENT_IMAGES);
  expect(images[2]!.path).toBe('/2.png');
  expect(images[2]!.student).toMatchObject({ width: 16, height: 16 });
  expect(Array.from(images[2]!.student.data.subarray(0, 6))).toEqual([51, 102, 255, 255, 255, 255]);
});

it('shows images of two channels by the first in grey', () => {
  const two = parseRecipe({ ...recipe, channels: 2, mean: [0.5, 0.5], std: [0.25, 0.25] });
  const set = { ...probeSet(1), student: new Float32Array(512), teacher: new Float32Array(512) };
  set.student[0] = 1;
  set.student[256] = -2;
  const flat = new Float32Array(N);
  const patches = { own: flat, best: flat, taken: flat, entropy: flat, cosine: flat };
  const { views } = studentReading(two, set, { images: 1, patches }, () => '/a.npy');
  const [image] = views().images;
  expect(Array.from(image!.student.data.subarray(0, 6))).toEqual([191, 191, 191, 128, 128, 128]);
});
