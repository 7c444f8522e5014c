import os from 'node:os';
import { expect, it } from 'vitest';
import { computeThreads } from './threads.ts';

it('takes what the system grants, or less when asked to', () => {
  const granted = os.availableParallelism();
  expect(computeThreads({})).toBe(granted);
  expect(computeThreads({ CONMIM_THREADS: '1' })).toBe(1);
  expect(computeThreads({ CONMIM_THREADS: String(granted + 5) })).toBe(granted);
  for (const nonsense of ['', '0', '-2', '1.5', 'many'])
    expect(computeThreads({ CONMIM_THREADS: nonsense })).toBe(granted);
});
