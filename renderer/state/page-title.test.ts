import { expect, it } from 'vitest';
import { type Job, jobsProgress } from '../../engine/contract/studio/index.ts';
import { pageTitle } from './page-title.ts';

const job = (change: Partial<Job>): Job => ({
  id: 'a',
  title: 'a',
  request: { kind: 'pretrain', folders: ['/images'], settings: {}, device: 'cpu' },
  state: 'running',
  command: '',
  createdAt: '2026-11-23T09:00:00.000Z',
  warnings: [],
  ...change,
});
const run = (status: 'running' | 'paused', step: number) => ({ status, step, totalSteps: 200 });

it('a title has the progress of what runs', () => {
  const titleOf = (jobs: readonly Job[], runs: Record<string, ReturnType<typeof run>> = {}) =>
    pageTitle(
      'Runs',
      jobsProgress(jobs, (id) => runs[id]),
    );
  expect(titleOf([])).toBe('Runs · ConMIM Studio');
  expect(titleOf([job({ state: 'done', run: 'r' })], { r: run('running', 200) })).toBe(
    'Runs · ConMIM Studio',
  );
  expect(titleOf([job({})])).toBe('0 % · Runs · ConMIM Studio');
  const training = job({ run: 'r' });
  expect(titleOf([training], { r: run('running', 199) })).toBe('99 % · Runs · ConMIM Studio');
  expect(titleOf([training], { r: run('running', 58) })).toBe('29 % · Runs · ConMIM Studio');
  expect(titleOf([training], { r: run('paused', 50) })).toBe(
    'paused at 25 % · Runs · ConMIM Studio',
  );
  const request = { kind: 'selftest', device: 'cpu' } as const;
  expect(titleOf([job({ id: 'b', request })])).toBe('Runs · ConMIM Studio');
  const counted = job({ id: 'b', request, progress: { done: 3, total: 4 } });
  expect(titleOf([training, counted], { r: run('paused', 50) })).toBe(
    '50 % · Runs · ConMIM Studio',
  );
});
