import { describe, expect, it } from 'vitest';
import { listCheckpoints, loadCheckpoint } from '../../checkpoint/checkpoint.ts';
import { sendCommand } from '../../runs/control-inbox.ts';
import type { LoadedBatch } from '../../tasks/training-loader.ts';
import { type Examples, RegressionLearner } from '../testing/crash-worker.ts';
import { at, logged, nan, of, regressionRuns, stateBytes } from '../testing/regression-runs.ts';

const { train } = regressionRuns();

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
