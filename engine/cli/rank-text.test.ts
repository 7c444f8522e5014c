import { expect, it } from 'vitest';
import { rankRows, rankSpeedText } from './rank-text.ts';

const speedsOf = (...rates: number[]) => ({
  type: 'rank-speed' as const,
  step: 3,
  time: 0,
  ranks: rates.map((imagesPerSecond, rank) => ({
    rank,
    imagesPerSecond,
    waitedShare: 1 - Math.min(...rates) / imagesPerSecond,
  })),
});

it('names the slowest rank where there is one', () => {
  expect(rankSpeedText(speedsOf(20.06, 12.5))).toBe(
    'Ranks: 20.1 and 12.5 images/s. Rank 1 is the slowest; another waits 37.7 % of the time.',
  );
  expect(rankSpeedText(speedsOf(20, 20))).toBe('Ranks: 20.0 and 20.0 images/s.');
  const many = Array.from({ length: 64 }, (_, rank) => 200 - rank);
  expect(rankSpeedText(speedsOf(...many))).toMatch(
    /^Ranks: 137 to 200 images\/s\. Rank 63 is the slowest/,
  );
});

it('shows each rank of a run, also of one that told no speeds', () => {
  const ranks = [0, 1].map((rank) => ({ rank, host: 'a', device: 'cpu', threads: 1 }));
  expect(rankRows({ ranks })).toEqual([
    ['rank 0', 'cpu on a, 1 thread'],
    ['rank 1', 'cpu on a, 1 thread'],
  ]);
  const speeds = speedsOf(20, 10).ranks;
  expect(rankRows({ ranks: ranks.map((each, i) => ({ ...each, ...speeds[i] })) })).toEqual([
    ['rank 0', 'cpu on a, 1 thread, 20.0 images/s, waits 50.0 % of its time'],
    ['rank 1', 'cpu on a, 1 thread, 10.0 images/s, waits 0.0 % of its time, the slowest'],
  ]);
  expect(rankRows({})).toEqual([]);
});
