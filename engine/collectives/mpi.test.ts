/** Real ranks on this machine, by the launchers of Open MPI and MPICH. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { MpiFamily } from './launched.ts';
import { launcherOf, runRanks } from './testing/run-ranks.ts';
import { SUM_KINDS, SUM_SIZES, summand } from './testing/sums.ts';

const SCRIPT = new URL('./testing/ranks-main.ts', import.meta.url);
const NAMES: Readonly<Record<MpiFamily, RegExp>> = {
  'open-mpi': /^Open MPI \d+\.\d+/,
  mpich: /^MPICH \d+\.\d+/,
};

interface RankResult {
  readonly rank: number;
  readonly size: number;
  readonly library: string;
  readonly sums: Readonly<Record<string, string>>;
  readonly arena: readonly number[];
  readonly text: string;
  readonly gathered: readonly string[];
  readonly exchanged: string;
  readonly both: readonly number[];
}

describe.each<MpiFamily>(['open-mpi', 'mpich'])('ranks over %s', (family) => {
  const isHere = launcherOf(family) !== undefined;

  it.runIf(isHere).each([2, 4])('communicate, %d of them', async (size) => {
    const { results, status, output } = await runRanks<RankResult>(family, size, SCRIPT);
    expect(status, output).toBe(0);
    const all = Array.from({ length: size }, (_, rank) => rank);
    expect(results.map(({ rank }) => rank)).toEqual(all);
    const total = all.reduce((sum, rank) => sum + rank, 0);
    const arena = new Array(16).fill(0);
    for (const result of results) {
      expect(result.library).toMatch(NAMES[family]);
      expect(result.size).toBe(size);
      expect(result.sums).toEqual(plainSums(all));
      const own = arena
        .fill(result.rank + 1)
        .map((n, i) => (i === 3 || i === 4 ? total + size : n));
      expect(result.arena).toEqual(own);
      expect(result.text).toBe('hello');
      expect(result.gathered).toEqual(all.map((rank) => 'x'.repeat(rank)));
      expect(result.exchanged).toBe(all.map((from) => `${from}${result.rank}`).join(''));
      expect(result.both).toEqual([total, total]);
    }
  });

  it.runIf(isHere).each([
    ['the others wait for it', 'abort'],
    ['its sums wait for them', 'abort-in-sum'],
  ])('end together where one aborts, and %s', async (_, what) => {
    const { results, status } = await runRanks<RankResult>(family, 2, SCRIPT, { args: [what] });
    expect(results).toEqual([]);
    expect(status).toBe(7);
  });
});

describe('ranks', () => {
  const areHere = launcherOf('open-mpi') !== undefined && launcherOf('mpich') !== undefined;

  it.runIf(areHere)('are refused where the launcher is of another library', async () => {
    const env = { CONMIM_MPI: 'libmpich.so.12' };
    const { results, output } = await runRanks<RankResult>('open-mpi', 2, SCRIPT, { env });
    expect(results).toEqual([]);
    expect(output).toMatch(/2 processes were started together, and MPICH \S+ connects 1 of them/);
  });
});

function plainSums(ranks: readonly number[]): Record<string, string> {
  const sums: Record<string, string> = {};
  for (const kind of SUM_KINDS)
    for (const count of SUM_SIZES) {
      const sum = summand(kind, count, 0);
      for (const rank of ranks.slice(1))
        for (const [i, value] of summand(kind, count, rank).entries()) sum[i]! += value;
      sums[`${kind} ${count}`] = createHash('sha256').update(sum).digest('hex');
    }
  return sums;
}
