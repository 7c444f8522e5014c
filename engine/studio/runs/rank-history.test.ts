import { expect, it } from 'vitest';
import { slowestRank } from '../../contract/studio/run-ranks.ts';
import { RankHistory } from './rank-history.ts';

const [here, there] = ['a', 'b'].map((host, rank) => ({ rank, host, device: 'cpu', threads: 2 }));
const recorded = [here!, there!];
const link = { library: 'Open MPI 4.1.4', gradientBytes: 4e6, sumMs: 3 };

function historyOf(...events: Record<string, unknown>[]) {
  const history = new RankHistory();
  for (const event of events) history.take(event);
  return history;
}

it('knows the link, the newest speeds and the rank that ended the run', () => {
  const speeds = (own: number) => [
    { rank: 0, imagesPerSecond: own, waitedShare: 0.5 },
    { rank: 1, imagesPerSecond: 10, waitedShare: 0 },
  ];
  const history = historyOf(
    { type: 'ranks', ...link, ranks: recorded },
    { type: 'rank-speed', ranks: speeds(15) },
    { type: 'rank-speed', ranks: speeds(20) },
    { type: 'error', code: 'rank-lost', details: { rank: 1, host: 'b', pid: 7 } },
  );
  const view = history.view(recorded)!;
  expect(view).toEqual({
    ...link,
    ranks: [
      { ...here, ...speeds(20)[0] },
      { ...there, ...speeds(20)[1], ended: 'rank-lost' },
    ],
  });
  expect(slowestRank(view.ranks)).toBe(1);
});

it('begins anew where the run goes on, on one process too', () => {
  const history = historyOf(
    { type: 'ranks', ...link },
    { type: 'rank-speed', ranks: [{ rank: 0, imagesPerSecond: 1, waitedShare: 0 }] },
    { type: 'error', code: 'rank-lost', details: { rank: 0 } },
    { type: 'ranks', ...link, sumMs: 5 },
  );
  expect(history.view(recorded)).toEqual({ ...link, sumMs: 5, ranks: recorded });
  expect(history.view(undefined)).toBeUndefined();
});

it('shows ranks of logs without their speeds, and errors of none of them', () => {
  const history = historyOf(
    { type: 'ranks', ...link },
    { type: 'error', code: 'disk-full', message: 'm' },
  );
  expect(history.view(recorded)!.ranks).toEqual(recorded);
  expect(slowestRank(recorded)).toBeUndefined();
});

it('calls none the slowest where all are about as fast', () => {
  const at = (...rates: number[]) =>
    rates.map((imagesPerSecond, rank) => ({ rank, imagesPerSecond }));
  expect(slowestRank(at(100, 97, 99))).toBeUndefined();
  expect(slowestRank(at(100, 90, 99))).toBe(1);
  // Two that are as slow as each other, and one that is faster.
  expect(slowestRank(at(21, 21, 25))).toBeUndefined();
});
