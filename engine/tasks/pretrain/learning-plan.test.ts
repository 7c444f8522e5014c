import { expect, it } from 'vitest';
import { StudioError } from '../../contract/errors.ts';
import { parseRecipe } from '../../contract/recipe.ts';
import { learningPlan, probeImages } from './learning-plan.ts';
import type { PretrainParts } from './parts.ts';
import { createPretrainLearner } from './pretrain-learner.ts';
import { probeIds } from './probe-set.ts';

const recipe = parseRecipe({
  image_size: 16,
  patch_size: 4,
  embed_dim: 8,
  depth: 1,
  heads: 2,
  mlp_dim: 8,
  proj_dim: 4,
  mask_patches: 8,
  mask_min_patches: 2,
  batch_size: 4,
  steps: 200,
});
const index = { images: 40, fingerprint: 'f' };
type Parts = Required<Pick<PretrainParts, 'renderPairs'>>;

const flat: Parts = {
  renderPairs: async (_, ids) => {
    const images = new Float32Array(ids.length * 3 * 256).fill(0.5);
    return [images, images];
  },
};

it('measures the networks of a learner and gives alarms, each once', async () => {
  const images = probeImages(flat, recipe, index)!;
  const learner = await createPretrainLearner({ recipe, device: 'cpu', probeImages: images });
  const plan = learningPlan(flat, recipe, index)!;
  const first = await plan.measure(learner, 2);
  const second = await plan.measure(learner, 4);
  await learner.dispose();
  expect(first.measures).toMatchObject({ images: 32, chance: 1 / 16, flatImages: 1, width: 8 });
  expect(first.notices.map(({ code }) => code)).toContain('images-flat');
  expect(second.notices.map(({ code }) => code)).not.toContain('images-flat');
});

it('keeps what the student saw, unless that is switched off', async () => {
  const samples = { length: 40, at: (id: number) => ({ path: `/${id}.png` }) };
  const kept = { ...index, samples: samples as never };
  const learner = await createPretrainLearner({ recipe, device: 'cpu', probeImages: 32 });
  const { student } = await learningPlan(flat, recipe, kept)!.measure(learner, 2);
  const off = { ...recipe, student_pictures: false };
  const without = await learningPlan(flat, off, kept)!.measure(learner, 2);
  await learner.dispose();
  expect(student!.views().images.map(({ path }) => path)).toEqual(
    probeIds(recipe.seed, 40)
      .slice(0, 8)
      .map((id) => `/${id}.png`),
  );
  expect(without.measures).toBeDefined();
  expect(without.student).toBeUndefined();
});

it('says so where the probe images cannot be read, and measures nothing', async () => {
  const broken: Parts = {
    renderPairs: async () => {
      throw new StudioError('image-damaged', 'a.png is damaged.', { details: { reason: 'short' } });
    },
  };
  const learner = await createPretrainLearner({ recipe, device: 'cpu', probeImages: 32 });
  const { measures, notices } = await learningPlan(broken, recipe, index)!.measure(learner, 2);
  await learner.dispose();
  expect(measures).toBeUndefined();
  expect(notices).toMatchObject([{ code: 'learning-unmeasured' }]);
  expect(notices[0]!.message).toContain('a.png is damaged.');
});

it('leaves out short runs, and those that do not want it', () => {
  expect(probeImages(flat, { ...recipe, steps: 99 }, index)).toBeUndefined();
  expect(probeImages(flat, { ...recipe, learning_measures: false }, index)).toBeUndefined();
  expect(probeImages({}, recipe, index)).toBeUndefined();
  expect(probeImages(flat, { ...recipe, steps: 100 }, { images: 7 })).toBe(7);
});
