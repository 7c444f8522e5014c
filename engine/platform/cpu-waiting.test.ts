import { expect, it } from 'vitest';
import { cpuWaitingMs } from './cpu-waiting.ts';

it.runIf(process.platform === 'linux')('never falls', () => {
  const first = cpuWaitingMs();
  const end = performance.now() + 20;
  while (performance.now() < end);
  const second = cpuWaitingMs();
  expect(first).toBeGreaterThanOrEqual(0);
  expect(second).toBeGreaterThanOrEqual(first!);
});
