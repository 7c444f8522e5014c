import { describe, expect, it } from 'vitest';
import { TOP1 } from '../../contract/scores.ts';
import type { RunSummary } from '../../contract/studio/runs.ts';
import { sortRuns, tableRows, tagsOf } from './run-table.ts';

let made = 0;
const run = (id: string, more: Partial<RunSummary> = {}): RunSummary => ({
  id,
  name: id,
  kind: 'pretrain',
  status: 'done',
  createdAt: new Date(Date.UTC(2026, 0, 1, 0, made++)).toISOString(),
  updatedAt: new Date(Date.UTC(2026, 0, 2)).toISOString(),
  step: 1,
  totalSteps: 1,
  device: 'cpu',
  images: 1,
  ...more,
});
const ids = (runs: readonly RunSummary[]) => runs.map(({ id }) => id).join('');

describe('sorted runs', () => {
  const best = (top1: number) => ({ best: { step: 1, primary: TOP1, values: { top1 } } });
  const runs = [
    run('a', { last: { loss: 2, match: 0.5 }, ...best(0.5), tags: ['x'] }),
    run('b', { last: { loss: 1 }, device: 'webgpu' }),
    run('c', { name: 'run 10', ...best(0.9) }),
    run('d', { name: 'run 9', last: { loss: 3 } }),
  ];

  it('are the newest ones first, unless asked otherwise', () => {
    expect(ids(sortRuns(runs))).toBe('dcba');
    expect(ids(sortRuns(runs, { sort: 'started' }))).toBe('abcd');
  });

  it.each([
    ['loss', false, 'badc'],
    ['loss', true, 'dabc'],
    ['score', true, 'cadb'],
    ['score', false, 'acdb'],
    ['name', false, 'abdc'],
    ['device', true, 'bdca'],
    ['tags', false, 'adcb'],
    ['duration', false, 'dcba'],
  ] as const)(
    'by %s (descending: %s), those without a value last',
    (sort, descending, expected) => {
      expect(ids(sortRuns(runs, { sort, descending }))).toBe(expected);
    },
  );
});

describe('rows of the table', () => {
  const runs = [
    run('a', { comparison: '/x' }),
    run('b'),
    run('c', { comparison: '/x' }),
    run('d', { comparison: '/y' }),
  ];

  it('fold the runs of a comparison in the place of the first one', () => {
    expect(tableRows(runs, [])).toEqual([
      { comparison: '/x', opened: false, runs: ['a', 'c'] },
      { run: runs[1] },
      { run: runs[3] },
    ]);
  });

  it('show them below it where it is opened', () => {
    expect(tableRows(runs, ['/x', '/z']).slice(0, 3)).toEqual([
      { comparison: '/x', opened: true, runs: ['a', 'c'] },
      { run: runs[0], child: true },
      { run: runs[2], child: true },
    ]);
  });
});

it('tells each tag once', () => {
  expect(tagsOf([run('a', { tags: ['b', 'A'] }), run('c', { tags: ['a'] })])).toEqual(['A', 'b']);
});
