import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listCheckpoints, loadCheckpoint } from '../checkpoint/checkpoint.ts';
import { parseRecipe, type Recipe } from '../contract/recipe.ts';
import { parseSegmentRecipe } from '../contract/segment-recipe.ts';
import { deviceLost, deviceOutOfMemory } from '../executors/device-errors.ts';
import { RandomStream } from '../random/philox.ts';
import { readEvents } from '../runs/event-log.ts';
import type { TrainingEvent } from '../runs/events.ts';
import { RunFolder } from '../runs/run-folder.ts';
import type { Learner, StepScalars } from '../tasks/learner.ts';
import { createPretrainLearner, type PretrainBatch } from '../tasks/pretrain/pretrain-learner.ts';
import { segmentTask } from '../tasks/segment/task.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import { openRecoverable } from './task-learner.ts';
import { renderedLoader, samplesInOrder } from './testing/rendered-loader.ts';
import { type PretrainTestParts, resumePretrain, startPretrain } from './testing/with-parts.ts';

const SIDE = 16;
const IMAGES = 30;
const LAST = 10;
const recipe = parseRecipe({
  image_size: SIDE,
  patch_size: 4,
  embed_dim: 8,
  depth: 1,
  heads: 2,
  mlp_dim: 12,
  proj_dim: 8,
  mask_type: 'block',
  mask_patches: 8,
  mask_min_patches: 2,
  init_std: 0.2,
  layer_scale: 1,
  batch_size: 6,
  epochs: 2,
  warmup_epochs: 1,
  lr: 1e-2,
  checkpoint_every: 4,
  seed: 3,
});

type Moment = 'create' | 'step' | 'readState' | 'writeState' | 'dispose';
/** What a moment brings; `count` is how often it has come, from 1, over all tasks. */
type Trouble = (moment: Moment, count: number, recipe: Recipe) => Error | undefined;
const calm: Trouble = () => undefined;
const lost = () => deviceLost('cpu', new Error('the driver was reset'));
const full = () => deviceOutOfMemory('cpu', new Error('failed to allocate'));
/** No memory for more images at once than this. */
const memoryFor =
  (images: number, when: (moment: Moment, count: number) => boolean): Trouble =>
  (moment, count, { batch_size, micro_batch }) =>
    when(moment, count) && (micro_batch ?? batch_size) > images ? full() : undefined;

/** The real task on a device that fails when it is told to; afterwards it is of no use. */
class Shaky implements Learner<PretrainBatch> {
  readonly #task: Learner<PretrainBatch>;
  readonly #meet: (moment: Moment) => Error | undefined;
  #dead = false;
  disposed = false;

  constructor(task: Learner<PretrainBatch>, meet: (moment: Moment) => Error | undefined) {
    this.#task = task;
    this.#meet = meet;
  }

  async step(batch: PretrainBatch, scalars: StepScalars) {
    // Lost when the step has changed everything already.
    return this.#do('step', () => this.#task.step(batch, scalars));
  }

  readState(): Promise<NamedTensors> {
    return this.#do('readState', () => this.#task.readState());
  }

  writeState(state: NamedTensors): Promise<void> {
    return this.#do('writeState', () => this.#task.writeState(state));
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await this.#task.dispose();
    const error = this.#meet('dispose');
    if (error !== undefined) throw error;
  }

  async #do<T>(moment: Moment, work: () => Promise<T>): Promise<T> {
    if (this.#dead || this.disposed) throw new Error(`${moment} of a task that has failed`);
    const result = await work();
    const error = this.#meet(moment);
    if (error === undefined) return result;
    this.#dead = true;
    throw error;
  }
}

function partsWith(trouble: Trouble) {
  const counts = new Map<Moment, number>();
  const tasks: Shaky[] = [];
  const recipes: Recipe[] = [];
  const parts: PretrainTestParts = {
    scan: async () => ({ images: IMAGES, fingerprint: 'f' }),
    scanBeside: () => expect.fail('no quick scan was made'),
    async openLoader(_, settings) {
      const { batchSize } = settings;
      return renderedLoader(settings, IMAGES, async (step) => {
        const random = new RandomStream(9, 'test', step);
        const view = () =>
          Float32Array.from({ length: batchSize * 3 * SIDE ** 2 }, () => random.normal());
        return { ids: samplesInOrder(step, batchSize, IMAGES), views: [view(), view()] };
      });
    },
    resolveDevice: async (id) => ({ id }),
    async createLearner(options) {
      const meet = (moment: Moment) => {
        const count = (counts.get(moment) ?? 0) + 1;
        counts.set(moment, count);
        return trouble(moment, count, options.recipe);
      };
      recipes.push(options.recipe);
      const error = meet('create');
      if (error !== undefined) throw error;
      tasks.push(new Shaky(await createPretrainLearner({ ...options, threads: 1 }), meet));
      return tasks.at(-1)!;
    },
  };
  return { parts, tasks, recipes };
}

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-recovery-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

async function train(trouble: Trouble, change: { recipe?: Recipe; stopAt?: number } = {}) {
  const { parts, tasks, recipes } = partsWith(trouble);
  const events: TrainingEvent[] = [];
  const abort = new AbortController();
  let dir = '';
  const outcome = await startPretrain(
    {
      workspace,
      name: 'run',
      data: ['images'],
      recipe: change.recipe ?? recipe,
      device: 'cpu',
      signal: abort.signal,
      onRun: (run) => {
        dir = run.dir;
      },
      onEvent(event) {
        events.push(event);
        if (event.type === 'step' && event.step === change.stopAt) abort.abort();
      },
    },
    parts,
  ).catch((error: unknown) => ({ error }));
  return { outcome, events, dir, tasks, recipes };
}

async function resume(dir: string, trouble: Trouble) {
  const { parts, recipes } = partsWith(trouble);
  const events: TrainingEvent[] = [];
  const outcome = await resumePretrain(
    { workspace, run: dir, onEvent: (event) => events.push(event) },
    parts,
  );
  return { outcome, events, recipes };
}

const stateOf = (dir: string, step = LAST) =>
  readFileSync(path.join(dir, 'checkpoints', String(step), 'state.safetensors'));
const codesOf = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.type === 'warning' ? [event.code] : []));
const rewindsOf = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.type === 'rewind' ? [[event.step, event.toStep]] : []));
async function loggedSteps(dir: string): Promise<number[]> {
  const steps: number[] = [];
  for await (const event of readEvents(path.join(dir, 'events.jsonl')))
    if (event.type === 'step') steps.push(event.step);
  return steps;
}
const ALL = Array.from({ length: LAST }, (_, i) => i + 1);

describe('a device that is lost', () => {
  const cases: [when: string, trouble: Trouble, rewinds: number[][]][] = [
    ['in a step', (m, n) => (m === 'step' && n === 7 ? lost() : undefined), [[6, 4]]],
    ['in the first step', (m, n) => (m === 'step' && n === 1 ? lost() : undefined), []],
    [
      'before anything was saved',
      (m, n) => (m === 'readState' && n === 1 ? lost() : undefined),
      [],
    ],
    [
      'when a checkpoint is read',
      (m, n) => (m === 'readState' && n === 3 ? lost() : undefined),
      [[8, 4]],
    ],
    ['at the end', (m, n) => (m === 'readState' && n === 4 ? lost() : undefined), [[10, 8]]],
    ['when the task is made', (m, n) => (m === 'create' && n === 1 ? lost() : undefined), []],
    [
      'again while the checkpoint is brought back, and cannot be disposed',
      (m, n) =>
        (m === 'step' && n === 7) || (m === 'writeState' && n === 1) || (m === 'dispose' && n < 3)
          ? lost()
          : undefined,
      [[6, 4]],
    ],
  ];
  it.each(cases)('%s leaves no trace in what is learnt', async (_, trouble, rewinds) => {
    const whole = await train(calm);
    const { outcome, events, dir, tasks } = await train(trouble);
    expect(outcome).toMatchObject({ status: 'done', step: LAST });
    expect(stateOf(dir).equals(stateOf(whole.dir))).toBe(true);
    expect(codesOf(events)).toContain('device-lost');
    expect(rewindsOf(events)).toEqual(rewinds);
    expect(await loggedSteps(dir)).toEqual(ALL);
    expect(tasks.every(({ disposed }) => disposed)).toBe(true);
    expect((await RunFolder.open(dir)).record.recipe).toEqual(recipe);
  });

  it('keeps the older checkpoints when the state cannot be read', async () => {
    const { dir, outcome } = await train((m, n) =>
      m === 'readState' && n >= 3 ? lost() : undefined,
    );
    expect(outcome).toMatchObject({
      error: { code: 'device-lost', advice: expect.stringContaining('--device') },
    });
    const kept = await listCheckpoints(path.join(dir, 'checkpoints'));
    expect(kept.map(({ step }) => step)).toEqual([0, 4]);
    for (const entry of kept) await loadCheckpoint(entry);
  });

  it('three times without a checkpoint between ends the run, which can be resumed', async () => {
    const whole = await train(calm);
    const { outcome, events, dir, tasks } = await train((m, n) =>
      m === 'step' && n > 6 ? lost() : undefined,
    );
    expect(outcome).toMatchObject({
      error: {
        code: 'device-lost',
        message: expect.stringContaining('lost 3 times'),
        details: { device: 'cpu' },
      },
    });
    expect(tasks).toHaveLength(3);
    expect(codesOf(events)).toEqual(['device-lost', 'device-lost']);
    const { record } = await RunFolder.open(dir);
    expect(record).toMatchObject({ status: 'failed', step: 4, reason: { code: 'device-lost' } });
    expect((await resume(dir, calm)).outcome).toMatchObject({ status: 'done' });
    expect(stateOf(dir).equals(stateOf(whole.dir))).toBe(true);
  });

  it('any number of times is recovered from while checkpoints are saved between', async () => {
    const often = { ...recipe, checkpoint_every: 1 };
    const whole = await train(calm, { recipe: often });
    const { outcome, events, dir } = await train(
      (m, n) => (m === 'step' && n % 2 === 0 && n < 10 ? lost() : undefined),
      { recipe: often },
    );
    expect(outcome).toMatchObject({ status: 'done' });
    expect(codesOf(events)).toHaveLength(4);
    expect(stateOf(dir).equals(stateOf(whole.dir))).toBe(true);
  });

  it('and cannot be opened again ends the run with the reason of the loss', async () => {
    const { outcome, dir } = await train((m, n) => {
      if (m === 'create' && n === 2) return new Error('no such device');
      return m === 'step' && n === 7 ? lost() : undefined;
    });
    expect(outcome).toMatchObject({
      error: {
        code: 'device-lost',
        message: expect.stringContaining('the driver was reset'),
        details: { reopening: 'no such device' },
      },
    });
    const { record } = await RunFolder.open(dir);
    expect(record).toMatchObject({ status: 'failed', step: 4 });
    await loadCheckpoint({ step: 4, folder: path.join(dir, 'checkpoints', '4') });
  });
});

describe('too little memory', () => {
  it.each([
    ['upernet', 2, [null], 'this network needs 2 images in a pass'],
    ['upernet', 4, [null, 2], 'half of what was tried first'],
    ['linear', 2, [null, 1], 'half of what was tried first'],
  ] as const)(
    'for %s in batches of %i tries passes of %j',
    async (head, batch_size, tried, why) => {
      const passes: (number | null)[] = [];
      const task: typeof segmentTask = {
        ...segmentTask,
        open({ recipe: { micro_batch } }) {
          passes.push(micro_batch);
          return Promise.reject(full());
        },
      };
      const options = {
        recipe: parseSegmentRecipe({ head, batch_size }),
        data: undefined as never,
        device: 'cpu',
      };
      await expect(openRecoverable(task, options)).rejects.toMatchObject({
        code: 'device-out-of-memory',
        message: expect.stringContaining(why),
      });
      expect(passes).toEqual(tried);
    },
  );

  /** The run as it is when everything from a step on is computed in passes. */
  async function inPassesFrom(step: number, micro_batch: number): Promise<string> {
    const { dir } = await train(calm, { stopAt: step });
    const run = await RunFolder.open(dir);
    await run.update({ recipe: { ...run.record.recipe, micro_batch } });
    await resume(dir, calm);
    return dir;
  }

  it.each([
    ['when the task is made', (m: Moment) => m === 'create', 0],
    ['in the first step', (m: Moment) => m === 'step', 0],
    ['later', (m: Moment, n: number) => m === 'step' && n > 6, 4],
    ['when the state is read', (m: Moment, n: number) => m === 'readState' && n > 2, 4],
  ])('%s goes on in passes of half the size', async (_, when, from) => {
    const { outcome, events, dir, recipes } = await train(memoryFor(3, when));
    expect(outcome).toMatchObject({ status: 'done', step: LAST });
    expect(recipes.map(({ micro_batch }) => micro_batch)).toEqual([null, 3]);
    expect(codesOf(events)).toEqual(['device-out-of-memory', 'micro-batches']);
    expect(events.find((event) => event.type === 'warning')!).toMatchObject({
      message:
        'The device cpu has not enough memory for a micro-batch of 6; the batch of 6 continues in passes of 3.',
    });
    const { record } = await RunFolder.open(dir);
    expect(record.recipe).toEqual({ ...recipe, micro_batch: 3 });
    const expected =
      from === 0
        ? (await train(calm, { recipe: { ...recipe, micro_batch: 3 } })).dir
        : await inPassesFrom(from, 3);
    expect(stateOf(dir).equals(stateOf(expected))).toBe(true);
    expect(await loggedSteps(dir)).toEqual(ALL);
  });

  it('is remembered by a run that is resumed', async () => {
    const tight = memoryFor(3, (m, n) => m === 'step' && n > 6);
    const whole = await train(tight);
    const { dir, outcome } = await train(tight, { stopAt: 9 });
    expect(outcome).toMatchObject({ status: 'stopped', step: 9 });
    const { recipes, events } = await resume(
      dir,
      memoryFor(3, () => true),
    );
    expect(recipes.map(({ micro_batch }) => micro_batch)).toEqual([3]);
    expect(codesOf(events)).toEqual(['micro-batches']);
    expect(stateOf(dir).equals(stateOf(whole.dir))).toBe(true);
  });

  it('is found out by a run that is resumed on another device', async () => {
    const { dir } = await train(calm, { stopAt: 5 });
    const { outcome, events } = await resume(
      dir,
      memoryFor(3, (m) => m === 'create'),
    );
    expect(outcome).toMatchObject({ status: 'done' });
    expect(codesOf(events)).toEqual(['device-out-of-memory', 'micro-batches']);
    expect((await RunFolder.open(dir)).record.recipe).toMatchObject({ micro_batch: 3 });
  });

  it('for half of it either ends the run with advice', async () => {
    const { outcome, dir, tasks } = await train(memoryFor(2, (m) => m === 'step'));
    expect(outcome).toMatchObject({
      error: {
        code: 'device-out-of-memory',
        message: expect.stringContaining('a micro-batch of 3, half of what was tried first'),
        advice: expect.stringContaining('recompute'),
      },
    });
    expect(tasks.map(({ disposed }) => disposed)).toEqual([true, true]);
    expect((await RunFolder.open(dir)).record).toMatchObject({ status: 'failed', step: 0 });
  });

  it('for a single image ends the run at once', async () => {
    const one = { ...recipe, micro_batch: 1 };
    const { outcome } = await train(
      memoryFor(0, (m) => m === 'create'),
      { recipe: one },
    );
    expect(outcome).toMatchObject({
      error: {
        code: 'device-out-of-memory',
        message: expect.stringContaining('a micro-batch of 1:'),
      },
    });
  });

  it('on a device that is lost as well is told of both', async () => {
    const { outcome, events } = await train((m, n, settings) => {
      if (m === 'step' && n === 7) return lost();
      return memoryFor(3, (moment) => moment === 'create' && n > 1)(m, n, settings);
    });
    expect(outcome).toMatchObject({ status: 'done' });
    expect(codesOf(events)).toEqual(['device-lost', 'device-out-of-memory', 'micro-batches']);
  });
});
