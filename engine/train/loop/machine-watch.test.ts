import { expect, it } from 'vitest';
import { sampleInterval } from './machine-watch.ts';

it('samples every 5 s in the first hour, and once a minute after half a day', () => {
  const HOUR = 3_600_000;
  expect([0, HOUR, 6 * HOUR, 12 * HOUR, 240 * HOUR].map(sampleInterval)).toEqual([
    5000, 5000, 30_000, 60_000, 60_000,
  ]);
});
