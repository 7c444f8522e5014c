import { describe, expect, it } from 'vitest';
import { TOP1 } from '../../../../engine/contract/scores.ts';
import type { InputOf, Series } from '../../../../engine/contract/studio/index.ts';
import { Columns } from '../../../../engine/studio/runs/columns.ts';
import { allPoints, chartCsv } from './all-points.ts';
import { ALL_CHARTS } from './chart-kinds.ts';

const kind = (name: string) => ALL_CHARTS.find((chart) => chart.name === name)!;

describe('every point', () => {
  /** A fake of the studio's reply. */
  function studioWith(rows: readonly number[]) {
    const columns = new Columns(['loss', 'score', 'chance']);
    for (const step of rows) columns.push(step, { loss: step / 2, score: 0.5, chance: 0.1 });
    let asked = 0;
    const ask = async ({ names, pieces, from, to }: InputOf<'runs.series'>): Promise<Series> => {
      asked++;
      const start = from === undefined ? 0 : columns.firstAt(from);
      const end = to === undefined ? columns.length : columns.firstAt(to + 1);
      const thin = { start, end, pieces };
      const named = names as ('loss' | 'score' | 'chance')[];
      return {
        points: columns.length,
        score: 'top1',
        curves: Object.fromEntries(named.map((name) => [name, columns.thinned(name, thin)])),
        means: Object.fromEntries(
          named.flatMap((name) => {
            const curve = columns.means(name, thin);
            return curve === undefined ? [] : [[name, curve]];
          }),
        ),
        evaluations: [{ step: 7, primary: TOP1, values: { top1: 0.9, loss: 1 }, best: true }],
      };
    };
    return { ask, asked: () => asked };
  }

  it.each([
    ['one a step', Array.from({ length: 100_000 }, (_, i) => i + 1)],
    ['every twentieth step', Array.from({ length: 50_000 }, (_, i) => (i === 0 ? 1 : i * 20))],
    [
      'dense at the end',
      [...Array(9000).keys()].map((i) => (i < 1000 ? i * 100 + 1 : 100_000 + i)),
    ],
    ['few', [1, 2, 3]],
  ])('is read where there is %s', async (_, rows) => {
    const { ask, asked } = studioWith(rows);
    const { x, values } = await allPoints(ask, 'a', 'loss');
    expect(x).toEqual(rows);
    expect(values[1]).toBe(rows[1]! / 2);
    expect(asked()).toBeLessThan(40);
  });

  it('goes into the table, with evaluations and chance', async () => {
    const { ask } = studioWith([1, 2]);
    const csv = await chartCsv(ask, kind('score'), [{ id: 'a', label: 'mine' }]);
    expect(csv.split('\n')).toEqual([
      'step,mine,"mine, evaluated",chance',
      expect.stringMatching(/^1,0\.5,,0\.1/),
      expect.stringMatching(/^2,0\.5,,0\.1/),
      '7,,0.9,',
      '',
    ]);
  });
});
