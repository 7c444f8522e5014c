import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseFinetuneRecipe } from '../contract/finetune-recipe.ts';
import { deviceLost, deviceOutOfMemory } from '../executors/device-errors.ts';
import { RandomStream } from '../random/philox.ts';
import type { TrainingEvent } from '../runs/events.ts';
import { RunFolder } from '../runs/run-folder.ts';
import type { LabelledReport } from '../tasks/labelled-task.ts';
import { createClassifierLearner, initialClassifier } from '../tasks/shared/classifier-learner.ts';
import { SCRATCH } from '../tasks/shared/start-from.ts';
import { renderedLoader } from './testing/rendered-loader.ts';
import {
  type FinetuneRequest,
  type FinetuneTestParts,
  resumeFinetune,
  startFinetune,
} from './testing/with-parts.ts';

const SIDE = 8;
const CLASSES = ['blue', 'green', 'red'];
const recipe = parseFinetuneRecipe({
  image_size: SIDE,
  patch_size: 4,
  embed_dim: 12,
  depth: 2,
  heads: 2,
  init_std: 0.2,
  layer_scale: 1,
  head_init_scale: 1,
  batch_size: 8,
  epochs: 4,
  warmup_epochs: 1,
  lr: 3e-3,
  mixup: 0.2,
  cutmix: 0.2,
  mixup_prob: 0.5,
  drop_path: 0.1,
  rand_augment: false,
  workers: 0,
  checkpoint_every: 1000,
});

/** A noisy image in which the class's channel is brighter: a function of its id. */
function image(id: number, label: number): Float32Array {
  const random = new RandomStream(1, 'test', id);
  const plane = SIDE * SIDE;
  return Float32Array.from(
    { length: 3 * plane },
    (_, i) => random.normal() + (Math.floor(i / plane) === label ? 1 : 0),
  );
}
const set = (first: number, count: number, fingerprint: string) => ({
  samples: Array.from({ length: count }, (_, i) => ({
    path: String(first + i),
    label: (first + i) % 3,
  })),
  classes: CLASSES,
  fingerprint,
});
const stacked = (samples: readonly { path: string; label: number }[]) => {
  const size = 3 * SIDE * SIDE;
  const images = new Float32Array(samples.length * size);
  samples.forEach(({ path: id, label }, i) => {
    images.set(image(Number(id), label), i * size);
  });
  return images;
};

const sets = { train: set(0, 48, 'a'), val: set(1000, 21, 'b'), warnings: [] };
const parts: FinetuneTestParts = {
  readSets: async () => sets,
  async openLoader({ samples }, settings) {
    const { batchSize, plan } = settings;
    return renderedLoader(settings, samples.length, async (step) => {
      const random = new RandomStream(plan.seed, 'order', step);
      const ids = Array.from({ length: batchSize }, () => random.integer(samples.length));
      return { ids, views: [stacked(ids.map((id) => samples.at(id)!))] };
    });
  },
  loadEval: async (samples) => stacked(samples as typeof sets.val.samples),
  resolveDevice: async (name) => ({ id: name === 'auto' ? 'cpu' : name }),
  createLearner: createClassifierLearner,
};

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-finetune-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const labelled = {
  train: '/t',
  val: '/v',
  valFraction: 0.1,
  fraction: 1,
  splitSeed: 0,
  fractionSeed: 0,
  pretrainedOn: [],
  leaveOutLeaks: false,
};
function start(over: Partial<FinetuneRequest> = {}, use = parts) {
  const events: TrainingEvent[] = [];
  let dir = '';
  const outcome = startFinetune(
    {
      workspace,
      name: 'colours',
      from: SCRATCH,
      source: labelled,
      recipe,
      device: 'cpu',
      onRun: (run) => (dir = run.dir),
      onEvent: (event) => events.push(event),
      ...over,
    },
    use,
  );
  return { outcome, events, dir: () => dir };
}
const stateOf = (checkpoint: string) => readFileSync(path.join(checkpoint, 'state.safetensors'));
const evaluations = (events: readonly TrainingEvent[]) =>
  events.filter((event) => event.type === 'evaluation');

/** A report with the rows of its tables in place of the function that makes them. */
function contentOf<R extends LabelledReport>(report: R) {
  const tables = Object.entries(report.tables()).map(([name, { rows, ...table }]) => {
    return [name, { ...table, rows: [...rows] }];
  });
  return { ...report, tables };
}

describe('startFinetune', () => {
  it('learns, evaluates every epoch, keeps the best and reports on it', async () => {
    const { outcome, events, dir } = start();
    const { status, best, report, checkpoint } = await outcome;
    expect(status).toBe('done');
    const seen = evaluations(events);
    expect(seen.map(({ step }) => step)).toEqual([6, 12, 18, 24]);
    expect(best!.values['top1']).toBe(Math.max(...seen.map(({ values }) => values['top1']!)));
    expect(best!.values['top1']).toBeGreaterThan(0.7);
    expect(report!.evaluation.top1.value).toBe(best!.values['top1']);
    expect(report!.evaluation.images).toBe(21);
    expect(checkpoint).toBe(path.join(dir(), 'checkpoints', String(best!.step)));
    const { record } = await RunFolder.open(dir());
    expect(record).toMatchObject({ kind: 'finetune', classes: CLASSES, best, from: 'scratch' });
    const steps = events.filter((event) => event.type === 'step');
    expect(steps[0]).toMatchObject({ chance: 1 / 3, scoreName: 'top1' });
    expect(steps[0]).toHaveProperty('top1', steps[0]!.score);
    expect(steps[0]).not.toHaveProperty('tokenMatch');
  });

  it('stops when evaluations no longer get better, and keeps the best checkpoint', async () => {
    const late = parseFinetuneRecipe(recipe, {
      lr: 0,
      min_lr: 0,
      epochs: 8,
      patience: 2,
      keep_last: 1,
    });
    const { outcome, events } = start({ recipe: late });
    const { status, best, step, checkpoint } = await outcome;
    expect(status).toBe('done');
    expect(best!.step).toBe(6);
    expect(step).toBe(18);
    expect(path.basename(checkpoint)).toBe('6');
    expect(stateOf(checkpoint).length).toBeGreaterThan(0);
    expect(events.some((event) => event.type === 'warning' && event.code === 'stopped-early')).toBe(
      true,
    );
  });

  it('moves only what is to learn', async () => {
    const few = parseFinetuneRecipe(recipe, { trained_blocks: 1, epochs: 1 });
    const { outcome } = start({ recipe: few });
    const { readSafetensors } = await import('../formats/safetensors.ts');
    const { checkpoint } = await outcome;
    const { tensors } = await readSafetensors(path.join(checkpoint, 'state.safetensors'));
    const before = initialClassifier(few, 3);
    const moved = [...before]
      .filter(([name, { data }]) => {
        const now = tensors.get(`model.${name}`)!.data;
        return data.some((value, i) => value !== now[i]);
      })
      .map(([name]) => name);
    expect(moved.length).toBeGreaterThan(10);
    for (const name of moved) expect(name).toMatch(/^(blocks\.1|fc_norm|head)\./);
    expect([...tensors.keys()].filter((name) => name.startsWith('exp_avg.blocks.0'))).toEqual([]);
  });
});

describe('a device that fails', () => {
  /** The real task, of no use once it has thrown. @param fails asked at each step, evaluation and creation */
  function shaky(
    fails: (
      moment: 'create' | 'step' | 'predict',
      count: number,
      images: number,
    ) => Error | undefined,
  ) {
    const counts = { create: 0, step: 0, predict: 0 };
    const micros: (number | null)[] = [];
    const use: FinetuneTestParts = {
      ...parts,
      async createLearner(options) {
        const { batch_size, micro_batch } = options.recipe;
        micros.push(micro_batch);
        let dead = false;
        const meet = (moment: keyof typeof counts) => {
          if (dead) throw new Error(`${moment} of a task that has failed`);
          counts[moment] += 1;
          const error = fails(moment, counts[moment], micro_batch ?? batch_size);
          dead = error !== undefined;
          if (error !== undefined) throw error;
        };
        meet('create');
        const task = await createClassifierLearner({ ...options, threads: 1 });
        return {
          async step(batch, scalars) {
            const result = await task.step(batch, scalars);
            meet('step');
            return result;
          },
          async predict(images) {
            meet('predict');
            return task.predict(images);
          },
          readState: () => task.readState(),
          writeState: (state) => task.writeState(state),
          dispose: () => task.dispose(),
        };
      },
    };
    return { use, micros };
  }
  const lost = () => deviceLost('cpu', new Error('the driver was reset'));
  const last = (dir: string) => stateOf(path.join(dir, 'checkpoints', '24'));
  const codes = (events: readonly TrainingEvent[]) =>
    events.flatMap((event) => (event.type === 'warning' ? [event.code] : []));

  // 21 images to judge on are three predictions: 5 is in the second evaluation, 13 in the last report.
  it.each([
    ['in a step', 'step', 9],
    ['in an evaluation', 'predict', 5],
    ['in the last report', 'predict', 13],
  ] as const)('%s is opened again, and nothing comes out otherwise', async (_, moment, count) => {
    const whole = start({}, shaky(() => undefined).use);
    const expected = await whole.outcome;
    const { use, micros } = shaky((at, n) => (at === moment && n === count ? lost() : undefined));
    const run = start({}, use);
    const got = await run.outcome;
    expect(micros).toHaveLength(2);
    expect(got.best).toEqual(expected.best);
    expect(contentOf(got.report!)).toEqual(contentOf(expected.report!));
    expect(last(run.dir()).equals(last(whole.dir()))).toBe(true);
    expect(codes(run.events)).toEqual(count === 13 ? [] : ['device-lost']);
  });

  it.each([
    ['at the start', 'create', 1],
    ['in a step', 'step', 9],
    ['in an evaluation', 'predict', 5],
  ] as const)('for want of memory %s goes on in smaller passes', async (_, moment, count) => {
    const expected = await start({}, shaky(() => undefined).use).outcome;
    const { use, micros } = shaky((at, n, images) =>
      at === moment && n >= count && images > 4
        ? deviceOutOfMemory('cpu', new Error('bad_alloc'))
        : undefined,
    );
    const { outcome, events, dir } = start({}, use);
    const { best, status } = await outcome;
    expect(status).toBe('done');
    expect(micros).toEqual([null, 4]);
    // Nothing looks across images, so there is no more to be said.
    expect(codes(events)).toEqual(['device-out-of-memory']);
    expect(best!.step).toBe(expected.best!.step);
    expect(best!.values['loss']).toBeCloseTo(expected.best!.values['loss']!, 3);
    expect((await RunFolder.open(dir())).record.recipe).toMatchObject({ micro_batch: 4 });
  });
});

describe('resumeFinetune', () => {
  it('gives the bytes and the best of the uninterrupted run', async () => {
    const whole = start();
    const expected = await whole.outcome;
    const abort = new AbortController();
    const first = start({
      signal: abort.signal,
      onEvent(event) {
        if (event.type === 'step' && event.step === 9) abort.abort();
      },
    });
    expect((await first.outcome).status).toBe('stopped');
    expect((await RunFolder.open(first.dir())).record.best?.step).toBe(6);
    const resumed = await resumeFinetune(await RunFolder.open(first.dir()), {}, parts);
    expect(resumed.best).toEqual(expected.best);
    expect(contentOf(resumed.report!)).toEqual(contentOf(expected.report!));
    const last = (dir: string) => stateOf(path.join(dir, 'checkpoints', '24'));
    expect(last(first.dir()).equals(last(whole.dir()))).toBe(true);
  });

  it('refuses other images unless told to go on', async () => {
    const abort = new AbortController();
    abort.abort();
    const { outcome, dir } = start({ signal: abort.signal });
    await outcome;
    const changed: FinetuneTestParts = {
      ...parts,
      readSets: async () => ({ ...sets, val: set(2000, 21, 'c') }),
    };
    const run = await RunFolder.open(dir());
    await expect(resumeFinetune(run, {}, changed)).rejects.toMatchObject({
      code: 'dataset-changed',
    });
    const { status } = await resumeFinetune(run, { acceptChangedData: true }, changed);
    expect(status).toBe('done');
  });
});
