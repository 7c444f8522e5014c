import { describe, expect, it } from 'vitest';
import { parseRecipe, recipeGeometry } from '../../contract/recipe.ts';
import { measuresOf } from '../../insight/probe-results.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { createPretrainLearner } from './pretrain-learner.ts';
import type { ProbeSet } from './probe.ts';
import { probeIds } from './probe-set.ts';
import { probeSetOf, TINY } from './testing/probed-images.ts';

const recipe = parseRecipe({ ...TINY, rel_pos_init: 'distance' });
const { patches, rows, cols } = recipeGeometry(recipe);
const scalars = { lr: 1e-2, weightDecay: 0.05, emaMomentum: 0.9 };

const probeSet = (images = 6, seed?: number) => probeSetOf(recipe, images, seed);

const measured = async (
  learner: Awaited<ReturnType<typeof createPretrainLearner>>,
  set: ProbeSet,
) => measuresOf(await learner.probe(set), { rows, cols, masks: set.mask });

const bytesOf = (state: NamedTensors) =>
  [...state].map(([name, { data }]) => [name, Buffer.from(data.buffer).toString('hex')]);

describe.each(['reference', 'cpu', 'tfjs-wasm'])('probing on %s', (device) => {
  it('gives the loss, match and gradients that a step on the same images gives', async () => {
    const set = probeSet();
    const learner = await createPretrainLearner({ recipe, device, probeImages: 6 });
    const { loss, match, agreement, teacherDistance } = await measured(learner, set);
    const step = await learner.step(set, scalars);
    const after = await measured(learner, set);
    await learner.dispose();
    expect(loss).toBeCloseTo(step.loss, 4);
    expect(match).toBeCloseTo(step.score, 6);
    expect(teacherDistance).toBe(0);
    expect(Math.abs(agreement)).toBeLessThan(1);
    const squares = after.gradientNorms.reduce((sum, { norm }) => sum + norm * norm, 0);
    expect(Math.sqrt(squares)).toBeCloseTo(step.gradNorm, 4);
    expect(after.gradientNorms.map(({ part }) => part)).toEqual([
      'embedding',
      'blocks.0',
      'blocks.1',
      'norm',
      'projector',
    ]);
    expect(after.teacherDistance).toBeGreaterThan(0);
    expect(after.attentionEntropy).toHaveLength(2);
    for (const share of after.attentionEntropy) {
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(1.000001);
    }
  });
});

it('changes nothing of the training, bit for bit', async () => {
  const states: NamedTensors[] = [];
  for (const probed of [false, true]) {
    const options = probed ? { probeImages: 6 } : {};
    const learner = await createPretrainLearner({ recipe, device: 'cpu', ...options });
    for (let step = 0; step < 4; step++) {
      await learner.step(probeSet(6, 10 + step), scalars);
      if (probed) await learner.probe(probeSet());
    }
    states.push(await learner.readState());
    await learner.dispose();
  }
  expect(bytesOf(states[1]!)).toEqual(bytesOf(states[0]!));
});

it('measures in passes what fits into them', async () => {
  const device = 'cpu';
  const inPasses = { ...recipe, micro_batch: 2 };
  const learner = await createPretrainLearner({ recipe: inPasses, device, probeImages: 5 });
  const found = await measured(learner, probeSet(5));
  await learner.dispose();
  expect(found.images).toBe(4);
  expect(found.tokens).toBe(4 * patches);
});

it('sees a student that goes by positions alone', async () => {
  const set = probeSet();
  const absolute = parseRecipe({ ...recipe, abs_pos: true, rel_pos: 'none' });
  const learner = await createPretrainLearner({ recipe: absolute, device: 'cpu', probeImages: 6 });
  const state = new Map(await learner.readState());
  for (const prefix of ['student.', 'teacher.'])
    for (const [name, scale] of [
      ['pos_embed', 100],
      ['patch_embed.proj.weight', 0],
      ['mask_token', 0],
    ] as const) {
      const { shape, data } = state.get(prefix + name)!;
      const scaled = Float32Array.from(data as Float32Array, (x) => x * scale);
      state.set(prefix + name, { dtype: 'f32', shape, data: scaled });
    }
  await learner.writeState(state);
  const found = await measured(learner, set);
  await learner.dispose();
  expect(found.match).toBeGreaterThan(0.9);
  expect(found.positionMatch).toBeGreaterThan(0.9);
});

it('draws different probe images by the seed', () => {
  const ids = probeIds(3, 1000);
  expect(ids).toHaveLength(32);
  expect(new Set(ids).size).toBe(32);
  expect(probeIds(3, 1000)).toEqual(ids);
  expect(probeIds(4, 1000)).not.toEqual(ids);
  expect(probeIds(3, 5)).toEqual([0, 1, 2, 3, 4]);
});
