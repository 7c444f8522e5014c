import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Disk, nodeDisk } from '../../disk/disk.ts';
import type { TrainingEvent } from '../../runs/events.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import { contents, logged, of, regressionRuns } from '../testing/regression-runs.ts';

const { newRun, train } = regressionRuns();

describe('the run of somebody else', () => {
  const thief = { pid: 7, hostname: 'thief', startedAt: 0, token: 'another', bootId: 'another' };
  const steal = (run: RunFolder) =>
    writeFileSync(path.join(run.dir, 'lock'), JSON.stringify(thief));

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
        left = contents(running.dir);
      },
    });
    expect(outcome).toMatchObject({
      error: {
        code: 'run-lock-lost',
        message: expect.stringContaining('process 7 on thief'),
      },
    });
    expect(contents(run.dir)).toEqual(left);
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
            left = contents(run.dir);
          };
          return { ...real, close };
        },
      };
      const { outcome } = await train({ run, disk });
      expect(outcome).toMatchObject({ error: { code: 'run-lock-lost' } });
      expect(contents(run.dir)).toEqual(left);
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
