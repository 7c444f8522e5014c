import { afterAll, describe, expect, it } from 'vitest';
import { parseRecipe, type Recipe } from '../../contract/recipe.ts';
import { listDevices } from '../../executors/devices.ts';
import type { Program } from '../../executors/executor.ts';
import { openDevice } from '../../executors/open-device.ts';
import { RandomStream } from '../../random/philox.ts';
import type { PretrainBatch } from './pretrain-learner.ts';
import { createPretrainLearner, initialNetworks, pretrainModule } from './pretrain-learner.ts';

const recipe = parseRecipe({
  image_size: 16,
  patch_size: 4,
  embed_dim: 16,
  depth: 2,
  heads: 2,
  mlp_dim: 24,
  proj_dim: 12,
  mask_type: 'block',
  mask_patches: 8,
  mask_min_patches: 2,
  clip_grad: 1,
  batch_size: 6,
  init_std: 0.3,
  layer_scale: 1,
  rel_pos_init: 'distance',
  seed: 5,
});
const PATCHES = 16;
const IMAGE = 3 * 16 * 16;

/** @param counts masked patches of each image */
function batchOf(counts: readonly number[], seed = 1): PretrainBatch {
  const random = new RandomStream(seed, 'test');
  const student = Float32Array.from({ length: counts.length * IMAGE }, () => random.normal());
  return {
    student,
    teacher: student.map((x) => Math.fround(x + 0.3 * random.normal())),
    mask: Uint8Array.from(
      counts.flatMap((n) => Array.from({ length: PATCHES }, (_, i) => Number(i < n))),
    ),
  };
}

function imagesOf({ student, teacher, mask }: PretrainBatch, first: number, end: number) {
  return {
    student: student.slice(first * IMAGE, end * IMAGE),
    teacher: teacher.slice(first * IMAGE, end * IMAGE),
    mask: mask.slice(first * PATCHES, end * PATCHES),
  };
}

function joined(...batches: PretrainBatch[]): PretrainBatch {
  return {
    student: Float32Array.from(batches.flatMap(({ student }) => [...student])),
    teacher: Float32Array.from(batches.flatMap(({ teacher }) => [...teacher])),
    mask: Uint8Array.from(batches.flatMap(({ mask }) => [...mask])),
  };
}

interface Gradients {
  readonly loss: number;
  readonly norm: number;
  /** gradients and the next running statistics */
  readonly state: ReadonlyMap<string, Float32Array>;
}

/** Programs by device and settings: to compile one takes most of a test's time. */
const programs = new Map<string, Promise<Program>>();
afterAll(async () => {
  for (const program of programs.values()) await (await program).dispose();
});

async function compile(device: string, settings: Recipe): Promise<Program> {
  const { executor, id } = await openDevice(device);
  return executor.compile(pretrainModule(settings), { device: id });
}

/** What one batch leaves on the device, by the program's own entries. */
async function gradientsOf(device: string, settings: Recipe, batches: PretrainBatch[]) {
  const key = `${device} ${settings.batch_size} ${settings.micro_batch}`;
  const compiling = programs.get(key) ?? compile(device, settings);
  programs.set(key, compiling);
  const program = await compiling;
  const module = pretrainModule(settings);
  await program.writeState(initialNetworks(settings));
  const masked = batches.flatMap(({ mask }) => [...mask]).reduce((sum, x) => sum + x, 0);
  let loss = 0;
  let norm = 0;
  if ('clear' in module.entries) await program.run('clear', {});
  for (const { student, teacher, mask } of batches) {
    const results = await program.run('gradients', {
      studentImages: student,
      teacherImages: teacher,
      mask: Float32Array.from(mask),
      ...('clear' in module.entries ? { maskedTotal: Float32Array.of(masked) } : {}),
    });
    loss += Number(results.get('loss')!.data[0]);
    norm = Math.sqrt(Number(results.get('squaredNorm')!.data[0]));
  }
  const names = [...module.state.keys()].filter((name) => /^(grad|pending)\./.test(name));
  const state = new Map(
    [...(await program.readState(names))].map(([name, { data }]) => [name, data]),
  );
  return { loss, norm, state } satisfies Gradients;
}

/** Each batch by itself, from the same networks. */
async function gradientsOfEach(device: string, batches: readonly PretrainBatch[]) {
  const each: Gradients[] = [];
  for (const batch of batches) each.push(await gradientsOf(device, alone(2), [batch]));
  return each;
}

const inPasses = (micro: number): Recipe => ({ ...recipe, micro_batch: micro });
const alone = (images: number): Recipe => ({ ...recipe, batch_size: images });

/** Largest difference over the largest value, of all tensors of a kind. */
function difference(a: Gradients, b: Gradients, kind: RegExp): number {
  let most = 0;
  for (const [name, values] of a.state) {
    // A constant added to every token is removed by batch norm: its gradient is rounding alone.
    if (!kind.test(name) || name === 'grad.norm.bias') continue;
    const other = b.state.get(name)!;
    const scale = values.reduce((max, x) => Math.max(max, Math.abs(x)), 1e-6);
    values.forEach((x, i) => {
      most = Math.max(most, Math.abs(x - other[i]!) / scale);
    });
  }
  return most;
}

const DEVICES: [device: string, limit: number][] = [
  ['reference', 1e-6],
  ['cpu', 1e-5],
  ['tfjs-wasm', 1e-5],
];
if ((await listDevices('webgpu'))[0]!.available) DEVICES.push(['webgpu', 3e-5]);

describe.each(DEVICES)('a batch in passes on %s', (device, limit) => {
  it('weighs each pass by its masked patches, also where one has none', async () => {
    const batch = batchOf([9, 5, 0, 0, 1, 12]);
    const parts = [0, 2, 4].map((first) => imagesOf(batch, first, first + 2));
    const summed = await gradientsOf(device, inPasses(2), parts);
    const each = await gradientsOfEach(device, parts);
    const shares = [14, 0, 13].map((masked) => masked / 27);
    const mix = (of: (one: Gradients) => number) =>
      each.reduce((sum, one, i) => sum + shares[i]! * of(one), 0);
    const state = new Map(
      [...each[0]!.state].map(([name, values]) => [
        name,
        values.map((_, i) => mix((one) => one.state.get(name)![i]!)),
      ]),
    );
    const norm = Math.sqrt(
      [...state].reduce(
        (sum, [name, values]) =>
          name.startsWith('grad.') ? sum + values.reduce((s, x) => s + x * x, 0) : sum,
        0,
      ),
    );
    expect(summed.loss).toBeCloseTo(
      mix(({ loss }) => loss),
      5,
    );
    expect(summed.norm / norm).toBeCloseTo(1, 5);
    expect(difference(summed, { loss: 0, norm, state }, /^grad/)).toBeLessThan(limit);
  });

  it('is the whole batch where normalisation sees the same numbers in every pass', async () => {
    const part = batchOf([9, 4]);
    const whole = joined(part, part, part);
    const at = await gradientsOf(device, recipe, [whole]);
    const summed = await gradientsOf(device, inPasses(2), [part, part, part]);
    expect(summed.loss).toBeCloseTo(at.loss, 5);
    expect(summed.norm / at.norm).toBeCloseTo(1, 5);
    expect(difference(at, summed, /^grad/)).toBeLessThan(limit);
  });

  it('is another batch where it does not', async () => {
    const batch = batchOf([9, 4, 7, 5, 1, 12]);
    const parts = [0, 2, 4].map((first) => imagesOf(batch, first, first + 2));
    const at = await gradientsOf(device, recipe, [batch]);
    const summed = await gradientsOf(device, inPasses(2), parts);
    expect(Math.abs(summed.loss - at.loss)).toBeGreaterThan(1e-3);
    expect(difference(at, summed, /^grad/)).toBeGreaterThan(0.01);
  });

  it('moves running statistics at each pass, in order', async () => {
    const batch = batchOf([9, 4, 7, 5, 1, 12]);
    const parts = [0, 2, 4].map((first) => imagesOf(batch, first, first + 2));
    const summed = await gradientsOf(device, inPasses(2), parts);
    const start = initialNetworks(recipe);
    const each = await gradientsOfEach(device, parts);
    let checked = 0;
    for (const [name, moved] of summed.state) {
      if (!name.startsWith('pending.')) continue;
      const { data } = start.get(name.slice('pending.'.length))!;
      const statistic = (pass: number, i: number) =>
        (each[pass]!.state.get(name)![i]! - 0.9 * Number(data[i])) / 0.1;
      moved.forEach((value, i) => {
        let expected = Number(data[i]);
        for (const pass of [0, 1, 2]) expected = 0.9 * expected + 0.1 * statistic(pass, i);
        expect(value, name).toBeCloseTo(expected, 4);
        checked += 1;
      });
    }
    expect(checked).toBe(2 * 2 * (24 + 24 + 12));
  });
});

describe('the task', () => {
  const scalars = { lr: 1e-2, weightDecay: 0.05, emaMomentum: 0.9 };
  const train = async (settings: Recipe, batches: readonly PretrainBatch[]) => {
    const task = await createPretrainLearner({ recipe: settings, device: 'cpu' });
    const results = [];
    for (const batch of batches) results.push(await task.step(batch, scalars));
    const state = await task.readState();
    await task.dispose();
    return { results, state };
  };

  it('takes the same batches in passes, and keeps a state that any number of passes can go on from', async () => {
    const batches = [1, 2, 3].map((seed) => {
      const part = batchOf([9, 4], seed);
      return joined(part, part, part);
    });
    const whole = await train(recipe, batches);
    const parts = await train(inPasses(2), batches);
    expect([...parts.state.keys()]).toEqual([...whole.state.keys()]);
    whole.results.forEach(({ loss, gradNorm, score, applied }, i) => {
      const got = parts.results[i]!;
      expect(got.applied).toBe(applied);
      expect(got.loss).toBeCloseTo(loss, 3);
      expect(got.gradNorm / gradNorm).toBeCloseTo(1, 2);
      expect(got.score).toBeCloseTo(score, 6);
    });
  });

  it('adds up the same when activations are computed again', async () => {
    const batches = [1, 2].map((seed) => batchOf([9, 4, 7, 5, 1, 12], seed));
    const kept = await train(inPasses(2), batches);
    const again = await train({ ...inPasses(2), recompute: true }, batches);
    kept.results.forEach(({ loss, gradNorm }, i) => {
      expect(again.results[i]!.loss).toBeCloseTo(loss, 4);
      expect(again.results[i]!.gradNorm / gradNorm).toBeCloseTo(1, 3);
    });
  });

  it('applies nothing when one pass is not finite, and forgets it afterwards', async () => {
    const good = batchOf([9, 4, 7, 5, 1, 12]);
    const bad = { ...good, student: good.student.slice() };
    bad.student[3 * IMAGE] = Number.NaN;
    const with_ = await train(inPasses(2), [good, bad, good]);
    const without = await train(inPasses(2), [good, good]);
    expect(with_.results.map(({ applied }) => applied)).toEqual([true, false, true]);
    expect(with_.state).toEqual(without.state);
  });
});
