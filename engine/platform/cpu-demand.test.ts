import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { cpuDemand } from './cpu-demand.ts';

it.runIf(process.platform === 'linux')(
  'tells how long this process waited, which never falls',
  () => {
    const first = cpuDemand()!;
    const end = performance.now() + 20;
    while (performance.now() < end);
    expect(first.waitedMs).toBeGreaterThanOrEqual(0);
    expect(cpuDemand()!.waitedMs).toBeGreaterThanOrEqual(first.waitedMs);
  },
);

it.runIf(process.platform === 'linux')('tells what other programs compute', async () => {
  const busy = spawn(process.execPath, ['--eval', 'for (;;) {}']);
  try {
    await sleep(300);
    const first = cpuDemand()!;
    await sleep(1000);
    // It has a CPU, or shares one with what else runs.
    expect(cpuDemand()!.othersMs - first.othersMs).toBeGreaterThan(300);
  } finally {
    busy.kill('SIGKILL');
  }
});
