/** The ranks of a run in words. */
import { slowestRank } from '../contract/studio/run-ranks.ts';
import type { RankSpeedEvent, RanksEvent } from '../runs/events.ts';
import type { RunRecord } from '../runs/run-record.ts';
import { bytesText, countOf, percentText } from './format.ts';

/** More are told by the least and the greatest speed. */
const MOST_TOLD = 8;

export function ranksText(event: RanksEvent): string {
  const { ranks, library, gradientBytes, sumMs, expected } = event;
  const hosts = new Set(ranks.map(({ host }) => host));
  const where = hosts.size === 1 ? '' : ` on ${hosts.size} hosts`;
  return `${ranks.length} ranks${where} over ${library}: a sum of ${bytesText(gradientBytes)} of gradients takes ${sumMs.toFixed(sumMs < 10 ? 1 : 0)} ms.${expectedText(expected)}`;
}

function expectedText(expected: RanksEvent['expected']): string {
  if (expected === undefined) return '';
  const { stepMs, efficiency } = expected;
  return ` A step is expected to take ${Math.round(stepMs)} ms, with ${percentText(efficiency)} of the speed of each rank alone.`;
}

/** For example `Ranks: 20.1 and 12.3 images/s. Rank 1 is the slowest; another waits 38 % of the time.` */
export function rankSpeedText({ ranks }: RankSpeedEvent): string {
  const rates = ranks.map(({ imagesPerSecond }) => imagesPerSecond);
  const told =
    ranks.length > MOST_TOLD
      ? `${rateText(Math.min(...rates))} to ${rateText(Math.max(...rates))}`
      : `${rates.slice(0, -1).map(rateText).join(', ')} and ${rateText(rates.at(-1)!)}`;
  const slowest = slowestRank(ranks);
  const waited = Math.max(...ranks.map(({ waitedShare }) => waitedShare));
  const who =
    slowest === undefined
      ? ''
      : ` Rank ${slowest} is the slowest; another waits ${percentText(waited)} of the time.`;
  return `Ranks: ${told} images/s.${who}`;
}

/** Each rank of a run and what it did when the run was last saved, for a table. */
export function rankRows({ ranks = [] }: Pick<RunRecord, 'ranks'>): [string, string][] {
  const slowest = slowestRank(ranks);
  return ranks.map(({ rank, host, device, threads, imagesPerSecond, waitedShare }) => [
    `rank ${rank}`,
    [
      `${device} on ${host}`,
      countOf(threads, 'thread'),
      ...(imagesPerSecond === undefined ? [] : [`${rateText(imagesPerSecond)} images/s`]),
      ...(waitedShare === undefined ? [] : [`waits ${percentText(waitedShare)} of its time`]),
      ...(rank === slowest ? ['the slowest'] : []),
    ].join(', '),
  ]);
}

function rateText(rate: number): string {
  return rate.toFixed(rate < 100 ? 1 : 0);
}
