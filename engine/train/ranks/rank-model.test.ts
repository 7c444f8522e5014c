import { expect, it } from 'vitest';
import { exposedMs, ringMs, stepOnRanks } from './rank-model.ts';

it('adds the sum and the work of the host to the step of a share', () => {
  expect(stepOnRanks({ stepMs: 100, sumMs: 60, hostMs: 40 })).toEqual({
    stepMs: 200,
    efficiency: 0.5,
  });
  expect(stepOnRanks({ stepMs: 100, sumMs: 0 })).toEqual({ stepMs: 100, efficiency: 1 });
});

it('sends nearly twice the bytes around a ring, and nothing alone', () => {
  const link = { bytes: 4000, bytesPerMs: 100, latencyMs: 0.5 };
  expect(ringMs({ ...link, ranks: 1 })).toBe(0);
  expect(ringMs({ ...link, ranks: 2 })).toBe(41);
  expect(ringMs({ ...link, ranks: 4 })).toBe(63);
});

it('waits for what does not fit beside the backward pass, and for the last bucket', () => {
  const sum = { sumMs: 100, lastShare: 0.2 };
  expect(exposedMs({ ...sum, windowMs: 0 })).toBe(100);
  expect(exposedMs({ ...sum, windowMs: 30 })).toBe(70);
  expect(exposedMs({ ...sum, windowMs: 95 })).toBe(20);
  expect(exposedMs({ ...sum, lastShare: 3, windowMs: 95 })).toBe(100);
});
