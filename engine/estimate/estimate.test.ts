import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listCheckpoints } from '../checkpoint/checkpoint.ts';
import { pruneCheckpoints, saveCheckpoint } from '../checkpoint/save.ts';
import { parseRecipe, recipeGeometry } from '../contract/recipe.ts';
import { type Estimate, estimateSchema } from '../contract/studio/estimate.ts';
import { writeSmallImage } from '../data/testing/small-images.ts';
import type { CheckProgress } from '../devices/resolve-device.ts';
import { resolveDevice } from '../devices/resolve-device.ts';
import { deviceOutOfMemory } from '../executors/device-errors.ts';
import type { TrainingEvent } from '../runs/events.ts';
import { pretrainParts } from '../tasks/pretrain/parts.ts';
import type { PretrainBatch } from '../tasks/pretrain/pretrain-learner.ts';
import { mostCheckpoints } from '../train/disk-need.ts';
import { pretrain } from '../train/pretrain.ts';
import { type EstimateParts, estimatePretrain } from './estimate.ts';
import { estimateWarnings } from './estimate-warnings.ts';
import { measureSteps } from './measure.ts';

const realParts: EstimateParts = { ...pretrainParts, resolveDevice };
const IMAGES = 26;
let workspace: string;
let images: string;
beforeAll(async () => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-estimate-'));
  images = path.join(workspace, 'images');
  for (let i = 0; i < IMAGES; i++) await writeSmallImage(images, `${i}.png`, i);
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const recipe = parseRecipe(
  {},
  {
    image_size: 32,
    patch_size: 8,
    embed_dim: 24,
    heads: 2,
    depth: 2,
    mlp_dim: 32,
    mask_type: 'random_mps32',
    mask_cell: 8,
    batch_size: 4,
    epochs: 7,
    warmup_epochs: 1,
    checkpoint_every: 10,
    keep_last: 2,
    keep_every: 20,
    proj_dim: 16,
  },
);
const order = () => ({ workspace, data: [images], recipe, device: 'auto' });

function folderBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const at = path.join(folder, entry.name);
    return sum + (entry.isDirectory() ? folderBytes(at) : statSync(at).size);
  }, 0);
}

describe('an estimate', () => {
  it('warns of images that may not show what was meant, as the run does when it starts', async () => {
    const black = path.join(workspace, 'black');
    mkdirSync(black);
    for (let i = 0; i < 8; i++) {
      const create = { width: 40 + i, height: 40, channels: 3 as const, background: '#000' };
      await sharp({ create }).toFile(path.join(black, `${i}.png`));
    }
    const asked = { ...order(), data: [black], device: 'cpu' };
    const { warnings } = await estimatePretrain(asked);
    const words = expect.stringMatching(/nearly of one colour.*: 8 of 8: /);
    expect(warnings).toContainEqual(words);
    const events: TrainingEvent[] = [];
    const short = parseRecipe(recipe, { epochs: 1, warmup_epochs: 0 });
    await pretrain({
      ...asked,
      recipe: short,
      workspace: path.join(workspace, 'of black'),
      name: 'black',
      onEvent: (event) => events.push(event),
    });
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'warning', code: 'images-doubtful', message: words }),
    );
  });

  it('foretells the run that follows', async () => {
    const told: CheckProgress[] = [];
    const found = await estimatePretrain({ ...order(), onProgress: (one) => told.push(one) });
    expect(estimateSchema.parse(found)).toEqual(found);
    expect(existsSync(path.join(workspace, 'runs'))).toBe(false);
    expect([...new Set(told.map(({ text }) => text))]).toEqual([
      'Looking at the images',
      'Reading images',
      'Trying steps of 4 images',
    ]);

    const started: { device: string; totalSteps: number; images: number; dir: string }[] = [];
    const rss: number[] = [];
    await pretrain({
      ...order(),
      name: 'run',
      onRun: (run) => started.push(run),
      onEvent: (event) => event.type === 'step' && rss.push(event.rssBytes),
    });
    const [run] = started;
    expect(found).toMatchObject({
      device: run!.device,
      steps: run!.totalSteps,
      images: run!.images,
      stepsPerEpoch: 6,
    });
    const checkpoints = path.join(run!.dir, 'checkpoints');
    for (const step of readdirSync(checkpoints)) {
      const ratio = found.checkpointBytes / folderBytes(path.join(checkpoints, step));
      expect(ratio).toBeGreaterThan(0.99);
      expect(ratio).toBeLessThan(1.01);
    }
    // What lies there in the end, and one checkpoint more while it is written.
    const most = folderBytes(run!.dir) + found.checkpointBytes;
    expect(found.diskBytes / most).toBeGreaterThan(0.97);
    expect(found.diskBytes / most).toBeLessThan(1.03);
    expect(found.stepMs).toBeGreaterThan(0);
    expect(found.dataMs).toBeGreaterThan(0);
    expect(found.seconds * 1000).toBeGreaterThanOrEqual(0.999 * found.steps * found.stepMs);
    expect(found.memoryBytes).toBeGreaterThan(50e6);
    expect(found.memoryBytes).toBeLessThan(found.machineMemoryBytes);
    expect(found.warnings.join()).toMatch(/only 26 images/);
  });

  it('fails as the run would', async () => {
    const large = { ...recipe, batch_size: 32 };
    await expect(estimatePretrain({ ...order(), recipe: large })).rejects.toMatchObject({
      code: 'schedule-invalid',
    });
    await expect(estimatePretrain({ ...order(), device: 'abacus' })).rejects.toMatchObject({
      code: 'device-unknown',
    });
    await expect(estimatePretrain({ ...order(), data: ['/gone'] })).rejects.toMatchObject({
      code: 'folder-missing',
    });
  });

  it('is of passes that fit the device where the whole batch does not', async () => {
    const sizes: number[] = [];
    const parts: EstimateParts = {
      ...realParts,
      async createLearner(options) {
        sizes.push(options.recipe.batch_size);
        if (options.recipe.batch_size > 2) throw deviceOutOfMemory('cpu', new Error('bad_alloc'));
        return pretrainParts.createLearner(options);
      },
    };
    const found = await estimatePretrain({ ...order(), device: 'cpu' }, parts);
    expect(sizes).toEqual([4, 2]);
    expect(found.stepMs).toBeGreaterThan(0);
    expect(found.warnings[0]).toMatch(/micro-batch of 4\b.* batch of 4 in passes of 2/);
    const short = {
      ...parts,
      createLearner: () => Promise.reject(deviceOutOfMemory('cpu', 'full')),
    };
    await expect(estimatePretrain({ ...order(), device: 'cpu' }, short)).rejects.toMatchObject({
      code: 'device-out-of-memory',
    });
  });

  it('does not try what cannot fit into memory', async () => {
    const huge = parseRecipe(recipe, { embed_dim: 8192, heads: 64, depth: 128, mlp_ratio: 16 });
    const parts = {
      ...realParts,
      createLearner: () => Promise.reject(new Error('must not be tried')),
    };
    await expect(estimatePretrain({ ...order(), recipe: huge }, parts)).rejects.toMatchObject({
      code: 'memory-short',
    });
  });

  it('ends between two steps when it is stopped', async () => {
    const stop = new AbortController();
    let steps = 0;
    const parts = {
      ...realParts,
      async createLearner(options: Parameters<typeof pretrainParts.createLearner>[0]) {
        const task = await pretrainParts.createLearner(options);
        return Object.assign(Object.create(task) as typeof task, {
          step(...given: Parameters<typeof task.step>) {
            if (++steps === 2) stop.abort();
            return task.step(...given);
          },
          dispose: () => task.dispose(),
        });
      },
    };
    await expect(
      estimatePretrain({ ...order(), signal: stop.signal }, parts),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(steps).toBe(2);
  });
});

describe('checkpoints on disk', () => {
  it.each([
    [{ checkpoint_every: 10, keep_last: 3, keep_every: 0 }, 100],
    [{ checkpoint_every: 10, keep_last: 3, keep_every: 0 }, 15],
    [{ checkpoint_every: 7, keep_last: 2, keep_every: 14 }, 90],
    [{ checkpoint_every: 50, keep_last: 1, keep_every: 1 }, 120],
    [{ checkpoint_every: 500, keep_last: 3, keep_every: 100 }, 20],
  ])(
    'by %j after %i steps are never more than foretold, and as many once',
    async (rules, steps) => {
      const root = mkdtempSync(path.join(workspace, 'checkpoints-'));
      const policy = { keepLast: rules.keep_last, keepEvery: rules.keep_every };
      let most = 0;
      for (let step = 0; ; step = Math.min(steps, step + rules.checkpoint_every)) {
        const state = new Map([['x', { dtype: 'f32', shape: [1], data: new Float32Array(1) }]]);
        const position = { step, skippedBatches: [], failedInARow: 0 };
        await saveCheckpoint({ root, position, state: state as never, versions: {} });
        most = Math.max(most, (await listCheckpoints(root)).length);
        await pruneCheckpoints(root, step, policy);
        if (step === steps) break;
      }
      expect(mostCheckpoints(rules, steps)).toBe(most);
    },
  );
});

describe('steps too large to be tried', () => {
  /** Tasks whose steps take a known time, and a record of what was tried. */
  function fakes(timeOf: (batch: number) => number) {
    const tried: number[] = [];
    const { height, width, patches } = recipeGeometry(recipe);
    const batch: PretrainBatch = {
      student: new Float32Array(3 * height * width * 64),
      teacher: new Float32Array(3 * height * width * 64),
      mask: new Uint8Array(patches * 64),
    };
    return {
      tried,
      order: {
        recipe: { ...recipe, batch_size: 64 },
        flops: 1e13,
        freeBytes: 1e15,
        signal: undefined,
        loader: {
          next: async () => ({
            step: 0,
            epoch: 0,
            images: 64,
            waitMs: 0,
            replaced: [],
            data: batch,
          }),
        },
        onTry: (size: number) => tried.push(size),
        createLearner: async ({ batch_size: size }: { batch_size: number }) => ({
          async step({ student, mask }: PretrainBatch) {
            expect(student).toHaveLength(3 * height * width * size);
            expect(mask).toHaveLength(patches * size);
            const numbers = { applied: true, loss: 1, gradNorm: 1, score: 0 };
            return { ...numbers, learningMs: timeOf(size) };
          },
          dispose: async () => {},
        }),
      },
    };
  }

  it('are worked out from smaller ones by a straight line', async () => {
    const { order, tried } = fakes((batch) => 700 + 300 * batch);
    const found = await measureSteps(order);
    expect(tried).toEqual([4, 8]);
    expect(found).toMatchObject({ batches: [4, 8], stepMs: 700 + 300 * 64 });
    expect(found.wallMs).toBeUndefined();
  });

  it('are tried where smaller ones were quick', async () => {
    const { order, tried } = fakes((batch) => 10 + batch);
    const found = await measureSteps(order);
    expect(tried).toEqual([4, 8, 64]);
    expect(found.stepMs).toBe(74);
    expect(found.wallMs).toBeDefined();
  });

  it('are not tried without enough memory, nor assumed to take none', async () => {
    const { order, tried } = fakes((batch) => (batch === 4 ? 500 : 480));
    const found = await measureSteps({ ...order, freeBytes: 1 });
    expect(tried).toEqual([4, 8]);
    expect(found.stepMs).toBe(480 * 4);
  });

  it('of a batch in passes are so many passes', async () => {
    const { order, tried } = fakes(() => 5);
    const inPasses = { ...order.recipe, micro_batch: 16 };
    const found = await measureSteps({ ...order, recipe: inPasses, flops: 1e9 });
    expect(tried).toEqual([16]);
    expect(found).toMatchObject({ batches: [16], stepMs: 20 });
    expect(found.wallMs).toBeUndefined();
  });

  it('are tried as they are when they are small', async () => {
    const { order, tried } = fakes(() => 5);
    await measureSteps({ ...order, flops: 1e9 });
    expect(tried).toEqual([64]);
  });
});

describe('warnings', () => {
  const found: Omit<Estimate, 'warnings'> = {
    device: 'cpu',
    images: 50_000,
    steps: 1000,
    stepsPerEpoch: 100,
    seconds: 3600,
    stepMs: 100,
    dataMs: 50,
    memoryBytes: 1e9,
    machineMemoryBytes: 16e9,
    checkpointBytes: 1e8,
    diskBytes: 5e8,
    freeDiskBytes: 1e11,
  };
  const warnings = (change: object, more: object = {}) =>
    estimateWarnings(
      { ...found, ...change },
      { recipe, workspace: '/w', steps: { batches: [recipe.batch_size] }, ...more },
    );

  it('are given for what is wrong, and for nothing else', () => {
    expect(warnings({})).toEqual([]);
    expect(warnings({ memoryBytes: 20e9 }, { tooLarge: true })).toEqual([]);
    const cases: [object, object, RegExp][] = [
      [{ memoryBytes: 20e9 }, {}, /about 20\.0 GB of memory, and this machine has 16\.0 GB/],
      [{ freeDiskBytes: 1e8 }, {}, /500 MB of disk, and 100 MB are free at \/w/],
      [{}, { preset: 'base' }, /made for a GPU/],
      [{ seconds: 30 * 86_400 }, {}, /about 30 days/],
      [{ images: 80 }, {}, /only 80 images/],
      [{ dataMs: 500 }, {}, /Reading images takes longer than computing \(500 ms and 100 ms/],
      [{}, { steps: { batches: [1, 2] } }, /worked out from steps of 1 and 2 images/],
    ];
    for (const [change, more, pattern] of cases)
      expect(warnings(change, more)).toEqual([expect.stringMatching(pattern)]);
  });
});
