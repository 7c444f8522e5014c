/** A training process in a container of its own that sleeps while another process takes its run over. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Lock } from '../../disk/lock.ts';
import { LockWatch } from '../../disk/lock-watch.ts';
import { workerUrl } from '../../platform/worker-url.ts';
import { contents, newRegressionRun } from '../testing/regression-runs.ts';

/** Long, so that it can be stopped between two writes. */
const STEP_MS = '5000';

const canUnshare =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-p', '-f', '--mount-proc', 'true']).status === 0;

describe.skipIf(!canUnshare)('a process in a namespace of its own that slept', () => {
  it('finds its run taken over, says so, and writes nothing', async () => {
    const workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-slept-'));
    const run = await newRegressionRun(workspace);
    const entry = fileURLToPath(workerUrl(import.meta.url, '../testing/crash-worker.ts'));
    const node = [process.execPath, entry, run.dir, '100000', STEP_MS];
    const child = spawn('unshare', ['-p', '-f', '--mount-proc', '--kill-child', ...node], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      let said = '';
      child.stderr.on('data', (text) => {
        said += text;
      });
      for await (const line of createInterface({ input: child.stdout })) {
        if (line.startsWith('step 2')) break;
      }
      child.stdout.resume();
      // It spends the step with waiting: what was being written when it stopped would be completed.
      const events = () => readFileSync(run.eventsFile, 'utf8');
      await expect.poll(events).toContain('"type":"step","step":2');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const inside = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
      process.kill(Number(inside), 'SIGSTOP');
      const lock = await Lock.acquire(run.dir, { watch: new LockWatch() });
      const before = contents(run.dir);
      process.kill(Number(inside), 'SIGCONT');
      const [code] = await once(child, 'exit');
      expect(code).not.toBe(0);
      expect(said).toContain(`Another process (process ${process.pid} on ${os.hostname()}`);
      expect(contents(run.dir)).toEqual(before);
      expect(lock.check()).toEqual({ restored: false });
      lock.release();
    } finally {
      child.kill('SIGKILL');
      rmSync(workspace, { recursive: true, force: true });
    }
  });
});
