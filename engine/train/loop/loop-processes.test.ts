import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { listCheckpoints, loadCheckpoint } from '../../checkpoint/checkpoint.ts';
import { workerUrl } from '../../platform/worker-url.ts';
import { sendCommand } from '../../runs/control-inbox.ts';
import { type RunFolder, summary } from '../../runs/run-folder.ts';
import { RunSession } from '../../runs/run-session.ts';
import { logged, of, regressionRuns, stateBytes } from '../testing/regression-runs.ts';

const { newRun, train } = regressionRuns();
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
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
