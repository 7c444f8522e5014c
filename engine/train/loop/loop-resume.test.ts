import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listCheckpoints } from '../../checkpoint/checkpoint.ts';
import { sendCommand } from '../../runs/control-inbox.ts';
import { RunSession } from '../../runs/run-session.ts';
import { restoreRun } from '../restore.ts';
import { RegressionLearner } from '../testing/crash-worker.ts';
import { at, logged, of, regressionRuns, stateBytes } from '../testing/regression-runs.ts';

const { newRun, train } = regressionRuns();

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
