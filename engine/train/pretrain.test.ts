import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defined } from '../contract/defined.ts';
import { StudioError } from '../contract/errors.ts';
import { parseRecipe } from '../contract/recipe.ts';
import type { LoaderSettings } from '../data/loader/batch-loader.ts';
import type { ScanEnd } from '../data/scan/background-scan.ts';
import { stopRun } from '../runs/command-run.ts';
import { environment, environmentChanges } from '../runs/environment.ts';
import type { TrainingEvent } from '../runs/events.ts';
import { findRun, listRuns, RunFolder } from '../runs/run-folder.ts';
import type { Learner, StepScalars } from '../tasks/learner.ts';
import { openPretrainLoader } from '../tasks/pretrain/batches.ts';
import { recipeMask } from '../tasks/pretrain/masks.ts';
import type { PretrainBatch } from '../tasks/pretrain/pretrain-learner.ts';
import { type BesideRequest, ScanBeside } from '../tasks/pretrain/scan-beside.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import type { StartedRun } from './run-listener.ts';
import { renderedLoader, samplesInOrder } from './testing/rendered-loader.ts';
import { type PretrainTestParts, resumePretrain, startPretrain } from './testing/with-parts.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-pretrain-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const IMAGES = 22;
const recipe = parseRecipe(
  {},
  {
    image_size: 32,
    patch_size: 8,
    embed_dim: 8,
    heads: 2,
    depth: 1,
    mask_type: 'random_mps32',
    mask_cell: 16,
    batch_size: 4,
    epochs: 4,
    warmup_epochs: 1,
    checkpoint_every: 6,
    lr: 0.5,
    weight_decay_end: 0.2,
    seed: 7,
  },
);

/** A task that folds everything that it is given into its state. */
class Folding implements Learner<PretrainBatch> {
  readonly #sum = new Float64Array(4);
  disposed = false;

  async step({ student, teacher, mask }: PretrainBatch, scalars: StepScalars) {
    const fold = (values: Float32Array | Uint8Array) =>
      [...values].reduce((sum, value, i) => sum + value * Math.cos(i), 0);
    for (const [i, values] of [student, teacher, mask].entries()) {
      this.#sum[i] = 0.9 * this.#sum[i]! + scalars.lr * fold(values) + scalars.weightDecay;
    }
    this.#sum[3] = this.#sum[3]! * scalars.emaMomentum + 1;
    return { applied: true, loss: 1, gradNorm: 1, score: 0.1, learningMs: 1 };
  }

  async readState(): Promise<NamedTensors> {
    return new Map([['sum', { dtype: 'f64', shape: [4], data: this.#sum.slice() }]]);
  }

  async writeState(state: NamedTensors) {
    this.#sum.set(state.get('sum')!.data as Float64Array);
  }

  async dispose() {
    this.disposed = true;
  }
}

interface Fakes {
  fingerprint?: string;
  images?: number;
  stepMs?: number;
  end?: ScanEnd;
}

function fakeParts({
  fingerprint = 'f',
  images = IMAGES,
  stepMs = 0,
  end = { type: 'stopped', progress: { done: 0, total: 1 } },
}: Fakes = {}) {
  const seen = {
    settings: [] as LoaderSettings[],
    indexFiles: [] as string[],
    depths: [] as string[],
    excluded: [] as string[][],
    beside: [] as BesideRequest[],
  };
  const tasks: Folding[] = [];
  const parts: PretrainTestParts = {
    async scan(_, { indexFile, depth, excluded }) {
      seen.excluded.push([...(excluded ?? [])]);
      seen.indexFiles.push(indexFile);
      seen.depths.push(depth);
      return { images, fingerprint, ...(excluded && { excluded: excluded.size }) };
    },
    scanBeside(request) {
      seen.beside.push(request);
      return new ScanBeside(request, { ended: Promise.resolve(end), close: async () => end });
    },
    async openLoader(_, settings) {
      seen.settings.push(settings);
      return renderedLoader(settings, images, async (step) => {
        if (stepMs > 0) await new Promise((resolve) => setTimeout(resolve, stepMs));
        const pixels = (view: number) =>
          Float32Array.from({ length: 48 }, (_, i) => Math.sin(step * 100 + i + view));
        return { ids: samplesInOrder(step, 4, images), views: [pixels(0), pixels(0.5)] };
      });
    },
    async resolveDevice(name) {
      return name === 'auto' ? { id: 'cpu', reason: 'cpu: it is the only one' } : { id: name };
    },
    async createLearner() {
      tasks.push(new Folding());
      return tasks.at(-1)!;
    },
  };
  return { parts, seen, tasks };
}

const request = (extra: object = {}) => ({
  workspace,
  name: 'Test',
  data: ['images'],
  recipe,
  device: 'auto',
  ...extra,
});
const stateBytes = (dir: string, step: number) =>
  readFileSync(path.join(dir, 'checkpoints', String(step), 'state.safetensors'));

describe('pre-training', () => {
  it('warns of a precision that the check of the device has found slower', async () => {
    const slower = 'bfloat16 is 0.6 times as fast as float32 here';
    const parts = { ...fakeParts().parts, resolveDevice: async () => ({ id: 'cpu', slower }) };
    const events: TrainingEvent[] = [];
    const onEvent = (event: TrainingEvent) => events.push(event);
    const { checkpoint } = await startPretrain(request({ onEvent }), parts);
    const run = path.resolve(checkpoint, '../..');
    await resumePretrain({ workspace, run, onEvent }, parts);
    const message = `${slower}, by the check of cpu.`;
    const said = events.flatMap((event) => (event.type === 'warning' ? event : []));
    expect(said.filter(({ code }) => code === 'precision-slow')).toMatchObject([
      { step: 0, message },
      { step: 20, message },
    ]);
  });

  it('runs a recipe over a data set, and records both', async () => {
    const { parts, seen, tasks } = fakeParts();
    const started: StartedRun[] = [];
    const events: TrainingEvent[] = [];
    const outcome = await startPretrain(
      request({
        onRun: (run: StartedRun) => started.push(run),
        onEvent: (event: TrainingEvent) => events.push(event),
      }),
      parts,
    );
    expect(outcome).toMatchObject({ status: 'done', step: 20 });
    const { dir, ...run } = started[0]!;
    expect(run).toMatchObject({ device: 'cpu', images: IMAGES, totalSteps: 20 });
    const { record } = await RunFolder.open(dir);
    expect(record).toMatchObject({
      name: 'Test',
      status: 'done',
      device: 'cpu',
      recipe: { lr: 0.5, seed: 7, batch_size: 4 },
      dataset: { folders: [path.resolve('images')], images: IMAGES, fingerprint: 'f' },
    });
    expect(record.deviceReason).toBe('cpu: it is the only one');
    expect(started[0]!.deviceReason).toBe(record.deviceReason);
    expect(parseRecipe(record.recipe)).toEqual(recipe);
    expect(record.versions['node']).toBe(process.versions.node);
    const steps = events.filter((event) => event.type === 'step');
    expect(steps[0]).toMatchObject({ lr: 0, chance: 1 / 16, emaMomentum: 0.996 });
    expect(steps[4]).toMatchObject({ lr: 0.5, epoch: 0 });
    expect(steps[0]!.weightDecay).toBeCloseTo(0.05, 12);
    expect(steps[19]!.weightDecay).toBeGreaterThan(0.19);
    expect(seen.settings).toMatchObject([{ plan: { imageSize: [32, 32], seed: 7 }, startStep: 0 }]);
    expect(path.dirname(seen.indexFiles[0]!)).toBe(path.join(workspace, 'datasets'));
    expect(tasks.map(({ disposed }) => disposed)).toEqual([true]);
  });

  it('stopped and resumed gives the bytes of the uninterrupted run', async () => {
    const { parts, seen } = fakeParts();
    const whole = await startPretrain(request({ name: 'whole' }), parts);
    const abort = new AbortController();
    const stopped = await startPretrain(
      request({
        signal: abort.signal,
        onEvent: ({ type, step }: TrainingEvent) => type === 'step' && step === 9 && abort.abort(),
      }),
      parts,
    );
    expect(stopped).toMatchObject({ status: 'stopped', step: 9 });
    const events: TrainingEvent[] = [];
    const rest = await resumePretrain(
      { workspace, run: 'Test', onEvent: (event) => events.push(event) },
      parts,
    );
    expect(rest).toMatchObject({ status: 'done', step: 20 });
    expect(seen.settings.at(-1)!.startStep).toBe(9);
    expect(seen.indexFiles.at(-1)).toBe(seen.indexFiles[0]);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
    const [first, second] = [whole, rest].map(({ checkpoint }) =>
      path.resolve(checkpoint, '../..'),
    );
    expect(stateBytes(second!, 20).equals(stateBytes(first!, 20))).toBe(true);
  });

  it('goes on without the images that it began without', async () => {
    const { parts, seen } = fakeParts();
    const list = path.join(workspace, 'blurred.txt');
    writeFileSync(list, '/images/a.png\n');
    const { checkpoint } = await startPretrain(request({ exclude: [list] }), parts);
    const { record } = await RunFolder.open(path.resolve(checkpoint, '../..'));
    expect(record.dataset).toMatchObject({ images: IMAGES, excluded: 1 });
    rmSync(list);
    await resumePretrain({ workspace, run: path.resolve(checkpoint, '../..') }, parts);
    expect(seen.excluded).toEqual([['/images/a.png'], ['/images/a.png']]);
  });

  it('is refused on other images, unless they are accepted', async () => {
    const { checkpoint } = await startPretrain(request(), fakeParts().parts);
    const dir = path.resolve(checkpoint, '../..');
    const changed = fakeParts({ fingerprint: 'g', images: 40 });
    await expect(resumePretrain({ workspace, run: dir }, changed.parts)).rejects.toMatchObject({
      code: 'dataset-changed',
      message: expect.stringContaining('22 then, 40 now'),
    });
    expect((await RunFolder.open(dir)).record.status).toBe('done');
    const events: TrainingEvent[] = [];
    const onEvent = (event: TrainingEvent) => events.push(event);
    const run = { workspace, run: dir, acceptChangedData: true, onEvent };
    expect(await resumePretrain(run, changed.parts)).toMatchObject({ status: 'done', step: 40 });
    expect(events).toContainEqual(expect.objectContaining({ code: 'dataset-changed' }));
    expect((await RunFolder.open(dir)).record).toMatchObject({
      totalSteps: 40,
      dataset: { images: 40, fingerprint: 'g' },
    });
  });

  it('says when it continues on another device', async () => {
    await startPretrain(request(), fakeParts().parts);
    const events: TrainingEvent[] = [];
    await resumePretrain(
      { workspace, run: 'Test', device: 'reference', onEvent: (event) => events.push(event) },
      fakeParts().parts,
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        code: 'environment-changed',
        message: expect.stringContaining('device cpu → reference'),
      }),
    );
  });

  it('stays on the device and in the precision that it was resumed with', async () => {
    const { checkpoint } = await startPretrain(request({ device: 'auto' }), fakeParts().parts);
    const dir = path.resolve(checkpoint, '../..');
    const recordOf = async () => (await RunFolder.open(dir)).record;
    expect(await recordOf()).toMatchObject({ device: 'cpu', deviceReason: expect.any(String) });
    const changes = { device: 'webgpu', precision: 'float16' } as const;
    const asked: unknown[] = [];
    const parts: PretrainTestParts = {
      ...fakeParts().parts,
      async resolveDevice(id, { precision }) {
        asked.push([id, precision]);
        return { id };
      },
      async createLearner({ recipe }) {
        asked.push(recipe.precision);
        return new Folding();
      },
    };
    const events: TrainingEvent[] = [];
    const onEvent = (event: TrainingEvent) => events.push(event);
    await resumePretrain({ workspace, run: dir, ...changes, onEvent }, parts);
    expect(JSON.stringify(events)).toContain('device cpu → webgpu, precision float32 → float16');
    const record = await recordOf();
    expect(record).toMatchObject({ device: 'webgpu', recipe: { precision: 'float16' } });
    expect(record).not.toHaveProperty('deviceReason');
    await resumePretrain({ workspace, run: dir }, parts);
    expect(asked).toEqual([
      ...[['webgpu', 'float16'], 'float16', ['webgpu', 'float16'], 'float16'],
    ]);
  });

  it('leaves nothing behind when the data set is too small', async () => {
    const { parts } = fakeParts({ images: 3 });
    await expect(startPretrain(request(), parts)).rejects.toMatchObject({
      code: 'schedule-invalid',
    });
    expect(readdirSync(workspace)).toEqual([]);
  });
});

describe('stopping from outside', () => {
  it('waits until the run has saved and ended', async () => {
    const { parts } = fakeParts({ stepMs: 5 });
    let training: ReturnType<typeof startPretrain> | undefined;
    const { id } = await new Promise<StartedRun>((onRun) => {
      training = startPretrain(request({ recipe: { ...recipe, epochs: 1000 }, onRun }), parts);
    });
    expect((await listRuns(workspace)).runs).toHaveLength(1);
    expect(await stopRun({ workspace, run: id })).toEqual({ id, status: 'stopped' });
    const { status, step } = await training!;
    expect(status).toBe('stopped');
    expect((await RunFolder.open(path.join(workspace, 'runs', id))).record.step).toBe(step);
  });

  it('of a run that is not running changes nothing', async () => {
    await startPretrain(request(), fakeParts().parts);
    expect(await stopRun({ workspace, run: 'Test' })).toMatchObject({ status: 'done' });
    await expect(stopRun({ workspace, run: 'nobody' })).rejects.toMatchObject({
      code: 'run-not-found',
    });
  });
});

describe('a run that begins with a quick scan', () => {
  const found = {
    images: IMAGES - 1,
    fingerprint: 'contents',
    unreadable: 1,
    unreadableFiles: [{ path: '/cut.png', reason: 'it ends early' }],
    copies: 2,
    copiedFiles: [
      ['/a', '/b'],
      ['/c', '/d'],
    ],
    doubts: ['They are dark'],
  };
  const fingerprint = 'sizes-f';
  const warnings = (events: readonly TrainingEvent[]) =>
    events.flatMap((event) => (event.type === 'warning' ? [event.code] : []));

  it('tells what the full scan beside it finds, and goes on with the same images', async () => {
    const events: TrainingEvent[] = [];
    const listening = { onEvent: (event: TrainingEvent) => events.push(event) };
    const { parts, seen } = fakeParts({ fingerprint, end: { type: 'complete', found } });
    await startPretrain(request(listening), parts);
    expect(warnings(events)).toEqual(['images-unreadable', 'images-copied', 'images-doubtful']);
    const text = JSON.stringify(events);
    for (const word of ['/cut.png: it ends early', '/a = /b; /c = /d'])
      expect(text).toContain(word);
    const run = await findRun(workspace, 'Test');
    expect(run.record.dataset).toMatchObject({ fingerprint, contents: 'contents' });
    expect(seen.depths).toEqual(['auto']);
    expect(seen.beside).toEqual([
      {
        folders: [path.resolve('images')],
        indexFile: seen.indexFiles[0],
        tiles: 'auto',
        stacks: 'C',
      },
    ]);
  });

  it('that is resumed has the same images, and says where contents have changed', async () => {
    const stop = new AbortController();
    const first = fakeParts({ fingerprint, end: { type: 'complete', found } });
    const onEvent = ({ type, step }: TrainingEvent) => {
      if (type === 'step' && step === 2) stop.abort();
    };
    await startPretrain(request({ onEvent, signal: stop.signal }), first.parts);
    const events: TrainingEvent[] = [];
    const { parts, seen } = fakeParts({
      fingerprint,
      end: { type: 'complete', found: { ...found, fingerprint: 'others', unreadable: 0 } },
    });
    await resumePretrain(
      { workspace, run: 'Test', onEvent: (event: TrainingEvent) => events.push(event) },
      parts,
    );
    expect(seen.depths).toEqual(['quick']);
    expect(seen.beside).toMatchObject([{ contents: 'contents' }]);
    expect(warnings(events)).toEqual(['dataset-changed', 'images-copied', 'images-doubtful']);
    expect((await findRun(workspace, 'Test')).record.dataset['contents']).toBe('others');
  });

  it('says what was not examined before training ended, or why it failed', async () => {
    for (const [end, code] of [
      [{ type: 'stopped', progress: { done: 1, total: 9 } }, 'scan-unfinished'],
      [{ type: 'failed', message: 'no memory' }, 'scan-failed'],
    ] as const) {
      const events: TrainingEvent[] = [];
      const onEvent = (event: TrainingEvent) => events.push(event);
      await startPretrain(request({ onEvent }), fakeParts({ fingerprint, end }).parts);
      expect(warnings(events)).toEqual([code]);
      expect(events.at(-1)!.type).toBe('done');
    }
  });
});

describe('batches', () => {
  it('carry the mask of each sample in its epoch', async () => {
    const { parts } = fakeParts();
    const index = await parts.scan([], { indexFile: '', depth: 'full', signal: undefined });
    const loader = await openPretrainLoader(parts, index, recipe, 8);
    const { data, epoch, step, images: count } = await loader.next();
    expect([epoch, step, count, data.mask.length]).toEqual([1, 8, 4, 64]);
    for (let i = 0; i < 4; i++) {
      const id = (8 * 4 + i) % IMAGES;
      expect(data.mask.subarray(i * 16, i * 16 + 16)).toEqual(recipeMask(recipe, 1, id));
    }
  });
});

describe('the environment', () => {
  it('names what computes, and what differs', () => {
    const now = environment(3);
    expect(now).toMatchObject({ threads: '3', node: process.versions.node });
    expect(now['studio']).toMatch(/^\d+\.\d+\.\d+/);
    expect(environmentChanges(now, now)).toEqual([]);
    expect(environmentChanges({ threads: '2' }, now)).toEqual(['threads 2 → 3']);
  });
});

describe('labelled images that a run is measured on', () => {
  const asked: string[] = [];
  const labels = { known: [], asked: [], classes: 2 };
  const partsWith = (readLabels: PretrainTestParts['readLabels']) => ({
    ...fakeParts().parts,
    ...defined({ readLabels }),
  });

  it('are kept in its record, and missed in words when it goes on without them', async () => {
    const there = partsWith(async (source) => {
      asked.push(source);
      return labels;
    });
    const events: TrainingEvent[] = [];
    const abort = new AbortController();
    const onEvent = ({ type, step }: TrainingEvent) =>
      type === 'step' && step === 9 && abort.abort();
    const begun = request({ name: 'probed', knn: '/labels', signal: abort.signal, onEvent });
    await startPretrain(begun, there);
    expect(asked).toEqual([path.resolve('/labels')]);
    const { record } = await findRun(workspace, 'probed');
    expect(record).toMatchObject({ status: 'stopped', knnLabels: path.resolve('/labels') });
    const gone = partsWith(async () => {
      throw new StudioError('folder-missing', 'There is no folder /labels.', {
        details: { path: '/labels' },
      });
    });
    const again = {
      workspace,
      run: 'probed',
      onEvent: (event: TrainingEvent) => events.push(event),
    };
    await resumePretrain(again, gone);
    const said = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(said.join(' ')).toContain('There is no folder /labels.');
    expect(events.at(-1)).toMatchObject({ type: 'done' });
  });

  it('must be there when a run begins', async () => {
    const gone = partsWith(async () => {
      throw new StudioError('labels-missing', 'There are no labels in /labels.', {
        details: { path: '/labels' },
      });
    });
    const begun = startPretrain(request({ knn: '/labels' }), gone);
    await expect(begun).rejects.toMatchObject({ code: 'labels-missing' });
    expect((await listRuns(workspace)).runs).toEqual([]);
  });
});
