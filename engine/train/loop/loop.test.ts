import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listCheckpoints, loadCheckpoint } from '../../checkpoint/checkpoint.ts';
import { type Disk, nodeDisk } from '../../disk/disk.ts';
import { workerUrl } from '../../platform/worker-url.ts';
import type { Clock } from '../../runs/clock.ts';
import { type RunCommand, sendCommand } from '../../runs/control-inbox.ts';
import { readEvents } from '../../runs/event-log.ts';
import type { TrainingEvent } from '../../runs/events.ts';
import { RunFolder, summary } from '../../runs/run-folder.ts';
import { RunSession } from '../../runs/run-session.ts';
import { readStudentStep, readStudentViews, studentSteps } from '../../runs/student-folder.ts';
import type { LoadedBatch } from '../../tasks/training-loader.ts';
import { restoreRun } from '../restore.ts';
import {
  type Examples,
  exampleLoader,
  RegressionLearner,
  regressionOptions,
} from '../testing/crash-worker.ts';
import { runTraining } from './loop.ts';
import type { TrainingOptions } from './training-options.ts';

let workspace: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'conmim-loop-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(workspace, { recursive: true, force: true });
});

const newRun = (disk?: Disk) =>
  RunFolder.create(
    workspace,
    {
      name: 'Regression',
      kind: 'pretrain',
      totalSteps: 40,
      device: 'cpu',
      recipe: {},
      dataset: { folders: [], images: 80, fingerprint: '' },
      versions: {},
    },
    disk === undefined ? {} : { disk },
  );

/** Time that passes by sleeping and by being looked at. */
function fakeClock(): Clock {
  let ms = 1_700_000_000_000;
  return {
    now: () => ms++,
    elapsed: () => ms++,
    sleep: async (duration) => {
      ms += duration;
      await new Promise(setImmediate);
    },
  };
}

interface Setup {
  readonly run?: RunFolder;
  readonly total?: number;
  readonly disk?: Disk;
  readonly clock?: Clock;
  readonly task?: RegressionLearner;
  readonly change?: (batch: LoadedBatch<Examples>) => LoadedBatch<Examples>;
  readonly onEvent?: (event: TrainingEvent, run: RunFolder) => void;
  readonly options?: Partial<TrainingOptions<Examples>>;
}

/** Train in this process; the run resumes if it has checkpoints. */
async function train(setup: Setup = {}) {
  const run = setup.run ?? (await newRun());
  const events: TrainingEvent[] = [];
  const session = await RunSession.open(run, {
    clock: setup.clock ?? fakeClock(),
    ...(setup.disk === undefined ? {} : { disk: setup.disk }),
    onEvent(event) {
      events.push(event);
      setup.onEvent?.(event, run);
    },
  });
  const task = setup.task ?? new RegressionLearner();
  const { start, rejected } = await restoreRun(session, task);
  const training = runTraining({
    ...regressionOptions(session, setup.total ?? 40),
    openLoader: async (startStep) => exampleLoader(startStep, setup.change),
    interruptSource: { on() {}, off() {} },
    learner: task,
    start,
    rejected,
    ...setup.options,
  });
  const outcome = await training.catch((error: unknown) => ({ error }));
  return { run, events, outcome, task };
}

const of = <Type extends TrainingEvent['type']>(events: TrainingEvent[], type: Type) =>
  events.filter((event): event is Extract<TrainingEvent, { type: Type }> => event.type === type);
const stateBytes = (run: RunFolder, step: number) =>
  readFileSync(path.join(run.checkpointsDir, String(step), 'state.safetensors'));
const at = (step: number, command: RunCommand) => (event: TrainingEvent, run: RunFolder) => {
  if (event.type === 'step' && event.step === step) sendCommand(run.controlDir, command);
};
async function logged(run: RunFolder): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  for await (const event of readEvents(run.eventsFile)) events.push(event);
  return events;
}
const MEASURES = {
  images: 32,
  loss: 3.74,
  match: 0.052,
  chance: 1 / 64,
  matchByVisible: [{ visible: 2, patches: 10, match: 0.5 }],
  positionMatch: 0.025,
  confidence: 0.08,
  predictionEntropy: 0.88,
  agreement: 0.18,
  visibleAgreement: 0.22,
  teacherDistance: 0.03,
  tokens: 512,
  width: 96,
  featureRank: 31,
  studentFeatureRank: 10.8,
  projectionRank: 43,
  studentProjectionRank: 22.8,
  featureSpread: 0.87,
  leastFeatureSpread: 0.36,
  deadFeatures: 0,
  duplicateFeatures: 0,
  deadProjections: 0,
  duplicateProjections: 0,
  attentionEntropy: [0.84],
  gradientNorms: [{ part: 'norm', norm: 0.1 }],
  flatImages: 0,
};
const nan = (batch: LoadedBatch<Examples>) => {
  batch.data.y[0] = Number.NaN;
  return batch;
};

describe('a run', () => {
  it('measures what is learnt as often as the cost allows, and passes its alarms on', async () => {
    const asked: number[] = [];
    const { events, run } = await train({
      total: 120,
      options: {
        learning: {
          async measure(step) {
            asked.push(step);
            const notices = step > 50 ? [{ code: 'diverging', message: 'High.' } as const] : [];
            return { measures: { ...MEASURES, measureMs: 1 }, notices };
          },
        },
      },
    });
    const measured = of(events, 'learning');
    expect(measured.map(({ step }) => step)).toEqual(asked);
    expect(asked[0]).toBe(1);
    const rest = asked.slice(1);
    expect(rest.length).toBeGreaterThan(4);
    expect(rest.length).toBeLessThanOrEqual(14);
    for (const step of rest) expect(step % (step <= 12 ? 3 : 10)).toBe(0);
    expect(of(events, 'warning').map(({ code }) => code)).toContain('diverging');
    expect(await logged(run)).toContainEqual(measured[0]);
  });

  it('keeps what the student saw, pictures once and patches at each measurement', async () => {
    const picture = { width: 4, height: 4, data: new Uint8Array(48).fill(200) };
    const image = { path: '/a.png', mask: '01', student: picture, teacher: picture };
    const taken = [{ taken: [0], takenProbability: [0.75], ownProbability: [0.25] }];
    let drawn = 0;
    const learning = {
      async measure() {
        const views = () => {
          drawn++;
          return { rows: 1, cols: 2, images: [image] };
        };
        const measures = { ...MEASURES, measureMs: 1 };
        return { measures, notices: [], student: { taken, views } };
      },
    };
    const { run, events } = await train({ total: 120, options: { learning } });
    const steps = of(events, 'learning').map(({ step }) => step);
    expect(await studentSteps(run.dir)).toEqual(steps);
    expect(await readStudentStep(run.dir, steps[0]!)).toEqual({ step: steps[0], images: taken });
    expect(await readStudentViews(run.dir)).toMatchObject({ images: [{ path: '/a.png' }] });
    expect(existsSync(path.join(run.dir, 'student/0-student.webp'))).toBe(true);
    expect(drawn).toBe(1);
  });

  it('measures on labelled images now and then, until that cannot be done', async () => {
    let asked = 0;
    const learning = {
      measure: async () => ({ measures: { ...MEASURES, measureMs: 1 }, notices: [] }),
      async labelled() {
        asked++;
        const notice = { code: 'learning-unmeasured', message: 'No labels.' } as const;
        if (asked > 1) return { notices: [notice], costMs: 0 };
        const measures = { knnAccuracy: 0.5, knnChance: 0.25, knnImages: 8 };
        return { measures, notices: [], costMs: 0 };
      },
    };
    const { events } = await train({ total: 120, options: { learning } });
    const measured = of(events, 'learning');
    expect(measured[0]).toMatchObject({ knnAccuracy: 0.5, knnChance: 0.25, knnImages: 8 });
    expect(measured.at(-1)).not.toHaveProperty('knnAccuracy');
    expect(measured.length).toBeGreaterThan(2);
    expect(asked).toBe(2);
    const codes = of(events, 'warning').map(({ code }) => code);
    expect(codes.filter((code) => code === 'learning-unmeasured')).toHaveLength(1);
  });

  it('stops measuring where nothing can be measured', async () => {
    let asked = 0;
    const learning = {
      async measure() {
        asked++;
        return { notices: [{ code: 'learning-unmeasured', message: 'No images.' } as const] };
      },
    };
    const { events, outcome } = await train({ total: 120, options: { learning } });
    expect(asked).toBe(1);
    expect(of(events, 'learning')).toEqual([]);
    expect(outcome).toMatchObject({ status: 'done' });
  });

  it('learns, tells every step, keeps the last checkpoints and ends as done', async () => {
    const { run, events, outcome } = await train();
    const folder = path.join(run.checkpointsDir, '40');
    expect(outcome).toEqual({ status: 'done', step: 40, checkpoint: folder });
    const steps = of(events, 'step');
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(steps[39]!.loss).toBeLessThan(steps[0]!.loss / 4);
    expect(steps[0]).toMatchObject({ epoch: 0, lr: 0.02, weightDecay: 0.01, emaMomentum: 0.9 });
    expect(steps[39]).toMatchObject({ epoch: 3, etaSeconds: 0, chance: 1 / 64, dataWaitMs: 1 });
    for (const value of Object.values(steps[20]!)) expect(value).not.toBeNaN();
    expect(steps[10]!.imagesPerSecond).toBeGreaterThan(0);
    expect(of(events, 'epoch').map(({ epoch, step }) => [epoch, step])).toEqual([
      [0, 10],
      [1, 20],
      [2, 30],
      [3, 40],
    ]);
    expect((await listCheckpoints(run.checkpointsDir)).map(({ step }) => step)).toEqual([35, 40]);
    expect(events.at(-2)).toMatchObject({ type: 'status', status: 'done' });
    expect(events.at(-1)).toMatchObject({ type: 'done', step: 40, checkpoint: folder });
    expect(await logged(run)).toEqual(JSON.parse(JSON.stringify(events)));
    const record = await run.refresh();
    expect(record).toMatchObject({ status: 'done', step: 40 });
    expect(record.pid).toBeUndefined();
    expect(readdirSync(run.tensorboardDir)).toHaveLength(1);
    expect(existsSync(path.join(run.dir, 'lock'))).toBe(false);
  });

  it('thins step events without losing the first and the last', async () => {
    const { events } = await train({ total: 11, options: { logEvery: 4 } });
    expect(of(events, 'step').map(({ step }) => step)).toEqual([1, 4, 8, 11]);
  });

  it('tells samples of the machine at times, and never for a pause', async () => {
    const sample = { cpuShare: 0.5, rssBytes: 1, machineMemoryBytes: 2 };
    let restarts = 0;
    const machine = { restart: () => void restarts++, sample: () => sample };
    let ms = 0;
    // Every look at the clock takes a second, and a pause takes an hour.
    const clock: Clock = {
      ...fakeClock(),
      elapsed: () => (ms += 1000),
      sleep: async () => {
        ms += 3_600_000;
        await new Promise(setImmediate);
      },
    };
    const onEvent = (event: TrainingEvent, run: RunFolder) => {
      at(20, 'pause')(event, run);
      if (event.type === 'status' && event.status === 'paused')
        sendCommand(run.controlDir, 'resume');
    };
    const { run, events } = await train({ clock, onEvent, options: { machine } });
    const samples = of(events, 'machine');
    expect(samples[0]).toMatchObject(sample);
    const steps = samples.map(({ step }) => step);
    expect(steps.length).toBeGreaterThan(5);
    expect(new Set(steps).size).toBe(steps.length);
    // The first step after the pause ends within the shortest interval.
    expect(steps).not.toContain(21);
    expect(restarts).toBe(2);
    const isSample = ({ type }: TrainingEvent) => type === 'machine';
    expect((await logged(run)).filter(isSample)).toEqual(samples);
  });

  it('names broken images and keeps rare checkpoints for good', async () => {
    const image = { path: 'a.png', reason: 'truncated', substitute: 'b.png' };
    const { run, events } = await train({
      change: (batch) => (batch.step === 3 ? { ...batch, replaced: [image] } : batch),
      options: { keepLast: 1, keepEvery: 15 },
    });
    expect(of(events, 'broken-image')).toMatchObject([{ step: 3, ...image }]);
    const kept = (await listCheckpoints(run.checkpointsDir)).map(({ step }) => step);
    expect(kept).toEqual([0, 15, 30, 40]);
  });

  it('fails with the loader’s error, keeping what was learnt before it', async () => {
    const { run, outcome } = await train({
      change(batch) {
        if (batch.step === 13) throw new Error('the drive is gone');
        return batch;
      },
    });
    expect(outcome).toMatchObject({ error: { message: 'the drive is gone' } });
    expect(await run.refresh()).toMatchObject({
      status: 'failed',
      step: 13,
      reason: { code: 'internal', message: 'the drive is gone' },
    });
    expect((await logged(run)).find(({ type }) => type === 'error')).toMatchObject({ step: 13 });
  });
});

describe('stopping and resuming', () => {
  it('gives the same bytes as never having stopped, with undoubled curves', async () => {
    const whole = await train();
    const { run, outcome } = await train({ onEvent: at(13, 'stop') });
    expect(outcome).toMatchObject({ status: 'stopped', step: 13 });
    expect(await run.refresh()).toMatchObject({ status: 'stopped', reason: { code: 'asked' } });
    const rest = await train({ run });
    expect(rest.outcome).toMatchObject({ status: 'done', step: 40 });
    expect(stateBytes(run, 40).equals(stateBytes(whole.run, 40))).toBe(true);
    const steps = of(await logged(run), 'step').map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(readdirSync(run.tensorboardDir)).toHaveLength(2);
    expect((await run.refresh()).reason).toBeUndefined();
  });

  it('passes over a damaged checkpoint, says so, and does not double its curves', async () => {
    const whole = await train();
    const { run } = await train({ total: 23 });
    truncateSync(path.join(run.checkpointsDir, '23', 'state.safetensors'), 200);
    const { events, outcome } = await train({ run });
    expect(outcome).toMatchObject({ status: 'done' });
    expect(of(events, 'warning')).toMatchObject([{ code: 'checkpoint-damaged', step: 23 }]);
    expect(of(events, 'step')[0]!.step).toBe(21);
    expect(stateBytes(run, 40).equals(stateBytes(whole.run, 40))).toBe(true);
    const steps = of(await logged(run), 'step').map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect((await logged(run)).some(({ type, step }) => type === 'done' && step === 23)).toBe(
      false,
    );
  });

  it('refuses when no checkpoint can be used', async () => {
    const { run } = await train({ total: 10 });
    for (const { folder } of await listCheckpoints(run.checkpointsDir)) {
      writeFileSync(path.join(folder, 'manifest.json'), '{}');
    }
    const session = await RunSession.open(run);
    await expect(restoreRun(session, new RegressionLearner())).rejects.toMatchObject({
      code: 'no-usable-checkpoint',
    });
    await session.close();
  });

  it('obeys a signal of the system and an abort', async () => {
    const handlers = new Map<string, () => void>();
    const first = await train({
      onEvent: (event) => {
        if (event.type === 'step' && event.step === 7) handlers.get('SIGTERM')!();
      },
      options: {
        interruptSource: {
          on: (signal, listener) => handlers.set(signal, listener),
          off: (signal) => handlers.delete(signal),
        },
      },
    });
    expect(first.outcome).toMatchObject({ status: 'stopped', step: 7 });
    expect(first.run.record.reason).toEqual({
      code: 'interrupted',
      message: 'Stopped by SIGTERM.',
    });
    expect(handlers.size).toBe(0);
    const abort = new AbortController();
    const second = await train({
      run: first.run,
      onEvent: (event) => {
        if (event.type === 'step' && event.step === 9) abort.abort();
      },
      options: { signal: abort.signal },
    });
    expect(second.outcome).toMatchObject({ status: 'stopped', step: 9 });
  });

  it('pauses with a checkpoint until told to resume; takes checkpoints on demand', async () => {
    const statuses: string[] = [];
    const { events, outcome, run } = await train({
      total: 12,
      onEvent(event, running) {
        at(3, 'checkpoint')(event, running);
        at(7, 'pause')(event, running);
        if (event.type !== 'status') return;
        statuses.push(`${event.status} ${event.step}`);
        if (event.status === 'paused') {
          expect(running.record).toMatchObject({ status: 'paused', pid: process.pid });
          setTimeout(() => sendCommand(running.controlDir, 'resume'), 20);
        }
      },
    });
    expect(outcome).toMatchObject({ status: 'done', step: 12 });
    expect(statuses).toEqual(['running 0', 'paused 7', 'running 7', 'done 12']);
    const saved = of(events, 'checkpoint').map(({ step }) => step);
    expect(saved).toEqual([0, 3, 5, 7, 10, 12]);
    const other = await train({ total: 12 });
    expect(stateBytes(run, 12).equals(stateBytes(other.run, 12))).toBe(true);
  });

  it('ignores commands to an earlier process and names files that are none', async () => {
    const run = await newRun();
    sendCommand(run.controlDir, 'stop');
    const { events, outcome } = await train({
      run,
      total: 6,
      onEvent: (event) => {
        if (event.type === 'step' && event.step === 2) {
          writeFileSync(path.join(run.controlDir, 'x.json'), '{"command":"explode"}');
        }
      },
    });
    expect(outcome).toMatchObject({ status: 'done' });
    expect(of(events, 'warning')).toMatchObject([{ code: 'command-ignored' }]);
    expect(readdirSync(run.controlDir)).toEqual([]);
  });
});

describe('numbers that are not finite', () => {
  it('single ones are skipped, named, and do not change the state', async () => {
    const { events, outcome, task } = await train({
      total: 12,
      change: (batch) => ([3, 9].includes(batch.step) ? nan(batch) : batch),
    });
    expect(outcome).toMatchObject({ status: 'done' });
    const warnings = of(events, 'warning');
    expect(warnings.map(({ code, step }) => [code, step])).toEqual([
      ['non-finite-step', 4],
      ['non-finite-step', 10],
    ]);
    expect(warnings[0]!.message).toContain('NaN');
    expect(of(events, 'step')).toHaveLength(10);
    const state = await task.readState();
    expect(state.get('adam.updates')!.data[0]).toBe(10n);
    // The checkpoint due after step 10 waited for a step that worked.
    expect(of(events, 'checkpoint').map(({ step }) => step)).toEqual([0, 5, 11, 12]);
  });

  it('five in a row go back once and leave those batches out', async () => {
    const { events, outcome, run } = await train({
      total: 20,
      change: (batch) => (batch.step >= 7 && batch.step < 12 ? nan(batch) : batch),
    });
    expect(outcome).toMatchObject({ status: 'done', step: 20 });
    const skippedBatches = [7, 8, 9, 10, 11];
    expect(of(events, 'rewind')).toMatchObject([{ step: 12, toStep: 5, skippedBatches }]);
    const leftOut = of(events, 'warning').filter(({ code }) => code === 'batch-left-out');
    expect(leftOut.map(({ step }) => step - 1)).toEqual(skippedBatches);
    const steps = of(await logged(run), 'step').map(({ step }) => step);
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 13, 14, 15, 16, 17, 18, 19, 20]);
    expect(await logged(run)).toContainEqual(expect.objectContaining({ type: 'rewind' }));
    const last = await loadCheckpoint((await listCheckpoints(run.checkpointsDir)).at(-1)!);
    expect(last.position).toEqual({ step: 20, skippedBatches, failedInARow: 0 });
  });

  it('go back behind a checkpoint that was asked for amid the failures', async () => {
    const { events, run } = await train({
      total: 20,
      change: (batch) => (batch.step >= 7 && batch.step < 12 ? nan(batch) : batch),
      onEvent(event, running) {
        if (event.type === 'warning' && event.code === 'non-finite-step' && event.step === 9) {
          sendCommand(running.controlDir, 'checkpoint');
        }
      },
    });
    expect(of(events, 'checkpoint').map(({ step }) => step)).toContain(9);
    expect(of(events, 'rewind')).toMatchObject([{ step: 12, toStep: 5 }]);
    const whole = await train({
      total: 20,
      change: (b) => (b.step >= 7 && b.step < 12 ? nan(b) : b),
    });
    expect(stateBytes(run, 20).equals(stateBytes(whole.run, 20))).toBe(true);
  });

  it('a stop and resume after a rewind changes nothing', async () => {
    const change = (batch: LoadedBatch<Examples>) =>
      batch.step >= 7 && batch.step < 12 ? nan(batch) : batch;
    const whole = await train({ total: 20, change });
    let rewound = false;
    const { run, outcome } = await train({
      total: 20,
      change,
      onEvent(event, running) {
        if (event.type === 'rewind') rewound = true;
        if (rewound) at(7, 'stop')(event, running);
      },
    });
    expect(outcome).toMatchObject({ status: 'stopped', step: 7 });
    await train({ run, total: 20, change });
    expect(stateBytes(run, 20).equals(stateBytes(whole.run, 20))).toBe(true);
  });

  it('that never end stop the run with advice and a good checkpoint', async () => {
    const { events, outcome, run } = await train({
      change: (batch) => (batch.step >= 7 ? nan(batch) : batch),
    });
    expect(outcome).toMatchObject({
      error: { code: 'training-diverged', advice: expect.stringContaining('clip_grad') },
    });
    expect(of(events, 'rewind')).toHaveLength(3);
    expect(await run.refresh()).toMatchObject({
      status: 'failed',
      reason: { code: 'training-diverged' },
    });
    const last = await loadCheckpoint((await listCheckpoints(run.checkpointsDir)).at(-1)!);
    expect(last.state.get('adam.updates')!.data[0]).toBe(7n);
    expect(last.position.failedInARow).toBe(0);
  });

  it('in the weights are never saved: the run goes back', async () => {
    let poison = true;
    class Poisoned extends RegressionLearner {
      override async readState() {
        const state = await super.readState();
        const updates = Number((state.get('adam.updates')!.data as BigInt64Array)[0]);
        if (updates !== 10 || !poison) return state;
        poison = false;
        (state.get('student.w')!.data as Float32Array)[3] = Number.POSITIVE_INFINITY;
        return state;
      }
    }
    const { events, outcome, run } = await train({ total: 20, task: new Poisoned() });
    expect(outcome).toMatchObject({ status: 'done' });
    expect(of(events, 'warning')).toMatchObject([{ code: 'checkpoint-not-finite', step: 10 }]);
    expect(of(events, 'rewind')).toMatchObject([{ step: 10, toStep: 5 }]);
    const whole = await train({ total: 20 });
    expect(stateBytes(run, 20).equals(stateBytes(whole.run, 20))).toBe(true);
  });
});

describe('a full disk', () => {
  /** Full while `full()`; `free` answers what is free then. */
  function switchableDisk(full: () => boolean, only: RegExp = /./): Disk {
    const guard = async (file: string, open: typeof nodeDisk.create) => {
      const real = await open(file);
      return {
        ...real,
        async write(bytes: Uint8Array) {
          if (full() && only.test(file)) {
            await real.write(bytes.subarray(0, bytes.length >> 1));
            throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
          }
          await real.write(bytes);
        },
      };
    };
    return {
      ...nodeDisk,
      create: (file) => guard(file, nodeDisk.create),
      append: (file) => guard(file, nodeDisk.append),
      room: async () => ({ bytes: full() ? 0 : 2 ** 40, files: undefined }),
    };
  }

  it.each([
    ['of everything', /./],
    ['of checkpoints alone', /checkpoints/],
    ['of the log alone', /events\.jsonl|tensorboard/],
  ])('%s pauses the run, which goes on by itself when there is space', async (_, only) => {
    let full = false;
    const disk = switchableDisk(() => full, only);
    const { events, outcome, run } = await train({
      run: await newRun(disk),
      disk,
      onEvent(event) {
        if (event.type === 'step' && event.step === 12) full = true;
        if (event.type === 'status' && event.status === 'paused') {
          expect(event.reason).toMatchObject({ code: 'disk-full' });
          setTimeout(() => {
            full = false;
          }, 30);
        }
      },
    });
    expect(outcome).toMatchObject({ status: 'done', step: 40 });
    const statuses = of(events, 'status').map(({ status }) => status);
    expect(statuses).toEqual(['running', 'paused', 'running', 'done']);
    // Nothing is lost: the log on disk holds every event, whole and in order.
    expect(await logged(run)).toEqual(JSON.parse(JSON.stringify(events)));
    const whole = await train();
    expect(stateBytes(run, 40).equals(stateBytes(whole.run, 40))).toBe(true);
    expect(await run.refresh()).toMatchObject({ status: 'done', step: 40 });
  });

  it('is tried again when told to resume, and stays paused when that is too early', async () => {
    let full = false;
    let attempts = 0;
    const disk: Disk = {
      ...switchableDisk(() => full, /checkpoints/),
      room: async () => ({ bytes: 0, files: 0 }),
      create(file) {
        if (full && file.endsWith('state.safetensors') && ++attempts === 3) full = false;
        return switchableDisk(() => full, /checkpoints/).create(file);
      },
    };
    const run = await newRun();
    const nudge = setInterval(() => sendCommand(run.controlDir, 'resume'), 10);
    const { outcome } = await train({
      run,
      disk,
      onEvent: (event) => {
        if (event.type === 'step' && event.step === 12) full = true;
      },
    });
    clearInterval(nudge);
    expect(outcome).toMatchObject({ status: 'done' });
    expect(attempts).toBe(3);
  });

  it('with a stop ends the run with the reason and the checkpoint before', async () => {
    let full = false;
    const { outcome, run } = await train({
      disk: switchableDisk(() => full, /checkpoints/),
      onEvent(event, running) {
        if (event.type === 'step' && event.step === 12) full = true;
        if (event.type === 'status' && event.status === 'paused') {
          sendCommand(running.controlDir, 'stop');
        }
      },
    });
    expect(outcome).toMatchObject({ error: { code: 'disk-full' } });
    expect(await run.refresh()).toMatchObject({ status: 'failed', step: 10 });
    const resumed = await train({ run });
    expect(resumed.outcome).toMatchObject({ status: 'done' });
  });
});

describe('the run of somebody else', () => {
  const thief = { pid: 7, hostname: 'thief', startedAt: 0, token: 'another', bootId: 'another' };
  const steal = (run: RunFolder) =>
    writeFileSync(path.join(run.dir, 'lock'), JSON.stringify(thief));
  /** Everything in the run's folder but half a checkpoint, which the next process clears away. */
  const contents = (run: RunFolder) =>
    readdirSync(run.dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('.tmp-'))
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .sort()
      .map((file) => [file, readFileSync(file, 'base64')]);

  it.each([
    ['between two steps', (event: TrainingEvent) => event.type === 'step' && event.step === 12],
    [
      'right after a save',
      (event: TrainingEvent) => event.type === 'checkpoint' && event.step === 10,
    ],
  ])('is not written to once it was taken over %s', async (_, when) => {
    let left: unknown;
    const { outcome, run } = await train({
      onEvent(event, running) {
        if (left !== undefined || !when(event)) return;
        steal(running);
        left = contents(running);
      },
    });
    expect(outcome).toMatchObject({
      error: {
        code: 'run-lock-lost',
        message: expect.stringContaining('process 7 on thief'),
      },
    });
    expect(contents(run)).toEqual(left);
  });

  it.each(['state.safetensors', 'manifest.json'])(
    'is not written to once it was taken over while %s was being saved',
    async (name) => {
      let left: unknown;
      const run = await newRun();
      const disk: Disk = {
        ...nodeDisk,
        async create(file) {
          const real = await nodeDisk.create(file);
          const isLate = left === undefined && file.endsWith(name) && file.includes('.tmp-10-');
          if (!isLate) return real;
          const close = async () => {
            await real.close();
            steal(run);
            left = contents(run);
          };
          return { ...real, close };
        },
      };
      const { outcome } = await train({ run, disk });
      expect(outcome).toMatchObject({ error: { code: 'run-lock-lost' } });
      expect(contents(run)).toEqual(left);
      expect(existsSync(path.join(run.checkpointsDir, '10'))).toBe(false);
    },
  );

  it('that was removed ends with the words for it, and is not made again', async () => {
    const { outcome, run } = await train({
      onEvent(event, running) {
        if (event.type === 'step' && event.step === 12) rmSync(running.dir, { recursive: true });
      },
    });
    expect(outcome).toMatchObject({
      error: {
        code: 'run-folder-removed',
        message: expect.stringContaining(`its folder ${run.dir} was removed`),
      },
    });
    expect(existsSync(run.dir)).toBe(false);
  });

  it.each([
    ['events.jsonl', 13],
    ['tensorboard', 1],
  ])('whose %s was deleted begins it again, with a warning', async (name, first) => {
    const { outcome, events, run } = await train({
      onEvent(event, running) {
        if (event.type === 'step' && event.step === 12)
          rmSync(path.join(running.dir, name), { recursive: true });
      },
    });
    expect(outcome).toMatchObject({ status: 'done' });
    expect(of(events, 'warning')).toMatchObject([{ code: 'log-restored', step: 12 }]);
    const steps = of((await logged(run)) as typeof events, 'step').map(({ step }) => step);
    expect(steps[0]).toBe(first);
    expect(steps.at(-1)).toBe(of(events, 'step').at(-1)!.step);
    expect(readdirSync(run.tensorboardDir)).not.toEqual([]);
  });

  it('whose lock alone was deleted goes on, with a warning', async () => {
    const { outcome, events, run } = await train({
      onEvent(event, running) {
        if (event.type === 'step' && event.step === 12) rmSync(path.join(running.dir, 'lock'));
      },
    });
    expect(outcome).toMatchObject({ status: 'done' });
    expect(of(events, 'warning')).toMatchObject([{ code: 'lock-restored', step: 12 }]);
    expect(await logged(run)).toEqual(JSON.parse(JSON.stringify(events)));
  });
});

describe('processes', () => {
  const entry = fileURLToPath(workerUrl(import.meta.url, '../testing/crash-worker.ts'));
  const start = (run: RunFolder, steps: number, stepMs: number) => {
    const child = spawn(process.execPath, [entry, run.dir, String(steps), String(stepMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  };
  const ended = async (child: ChildProcess) => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode ?? child.signalCode;
  };
  /** Until the child has reached a step. */
  const reaches = async (child: ChildProcess, step: number) => {
    for await (const line of createInterface({ input: child.stdout! })) {
      const [type, at] = line.split(' ');
      if (type === 'step' && Number(at) >= step) break;
    }
    child.stdout!.resume();
  };

  it('killed at random moments leave a run that resumes to the same bytes', async () => {
    const whole = await train();
    const run = await newRun();
    for (let kill = 0; kill < 5; kill++) {
      const child = start(run, 40, 2);
      const reached = (await run.refresh()).step;
      await reaches(child, Math.min(39, reached + 1 + Math.floor(Math.random() * 7)));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 15));
      child.kill('SIGKILL');
      await ended(child);
      const { status } = await summary(run.dir, await run.refresh());
      expect(['died', 'done']).toContain(status);
    }
    const { outcome } = await train({ run });
    expect(outcome).toMatchObject({ status: 'done', step: 40 });
    expect(stateBytes(run, 40).equals(stateBytes(whole.run, 40))).toBe(true);
    const steps = of(await logged(run), 'step').map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  it('a second one is refused while the first lives, and the first obeys from outside', async () => {
    const run = await newRun();
    const child = start(run, 100_000, 1);
    await reaches(child, 2);
    expect(await run.refresh()).toMatchObject({ status: 'running', pid: child.pid });
    await expect(RunSession.open(run)).rejects.toMatchObject({
      code: 'run-locked',
      details: { pid: child.pid },
    });
    sendCommand(run.controlDir, 'stop');
    expect(await ended(child)).toBe(0);
    expect(await run.refresh()).toMatchObject({ status: 'stopped' });
  });

  it.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGINT'] as const)(
    '%s saves and ends in order',
    async (signal) => {
      const run = await newRun();
      const child = start(run, 100_000, 1);
      await reaches(child, 3);
      child.kill(signal);
      expect(await ended(child)).toBe(0);
      const { status, step, reason } = await run.refresh();
      expect([status, reason?.code]).toEqual(['stopped', 'interrupted']);
      const newest = (await listCheckpoints(run.checkpointsDir)).at(-1)!;
      expect((await loadCheckpoint(newest)).position.step).toBe(step);
    },
  );
});
