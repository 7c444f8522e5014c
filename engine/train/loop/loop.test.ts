import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listCheckpoints } from '../../checkpoint/checkpoint.ts';
import type { Clock } from '../../runs/clock.ts';
import { sendCommand } from '../../runs/control-inbox.ts';
import type { TrainingEvent } from '../../runs/events.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import { at, fakeClock, logged, of, regressionRuns } from '../testing/regression-runs.ts';

const { train } = regressionRuns();

describe('a run', () => {
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
