import { expect, it } from 'vitest';
import { parseMultilabelRecipe } from '../../contract/multilabel-recipe.ts';
import { RandomStream } from '../../random/philox.ts';
import { createClassifierLearner, initialClassifier } from '../shared/classifier-learner.ts';
import { labelTargets } from './labels.ts';
import { severalLabels } from './loss.ts';

const CLASSES = 3;
const recipe = parseMultilabelRecipe({
  image_size: 16,
  patch_size: 4,
  embed_dim: 16,
  depth: 2,
  heads: 2,
  init_std: 0.2,
  layer_scale: 1,
  head_init_scale: 1,
  batch_size: 6,
  drop_path: 0,
  threshold: 0.4,
});
const combinations = [[0, 1], [], [2], [0, 1, 2]];
const samples = combinations.map((labels, label) => ({ path: '/', label, labels }));

async function steps(micro_batch: number | null) {
  const settings = { ...recipe, micro_batch };
  const learner = await createClassifierLearner({
    recipe: settings,
    objective: severalLabels(recipe.threshold),
    classes: CLASSES,
    start: initialClassifier(settings, CLASSES),
    device: 'reference',
  });
  const targetsOf = labelTargets(CLASSES, Float32Array.of(2, 0.5, 3));
  const results = [];
  for (const seed of [1, 2]) {
    const random = new RandomStream(seed, 'test');
    const images = Float32Array.from({ length: 6 * 3 * 256 }, () => random.normal());
    const shown = Array.from({ length: 6 }, () => samples[random.integer(samples.length)]!);
    const batch = { images, ...targetsOf(shown, 0.7) };
    const scalars = { lr: 1e-2, weightDecay: 0.05, emaMomentum: 0 };
    results.push(await learner.step(batch, scalars));
  }
  await learner.dispose();
  return results;
}

it('computes a batch in passes as at once', async () => {
  const whole = await steps(null);
  for (const micro of [3, 1]) {
    const parts = await steps(micro);
    for (const [i, { loss, gradNorm, score }] of parts.entries()) {
      expect(loss).toBeCloseTo(whole[i]!.loss, 6);
      expect(gradNorm / whole[i]!.gradNorm).toBeCloseTo(1, 5);
      expect(score).toBeCloseTo(whole[i]!.score, 12);
    }
  }
});
