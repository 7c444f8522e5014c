import { expect, it } from 'vitest';
import { endNotice, type Job } from '../../engine/contract/studio/index.ts';
import { endedJobs } from './job-notifications.ts';

const job = (id: string, state: Job['state'], more: Partial<Job> = {}) =>
  ({ id, title: id, state, ...more }) as Job;

it('jobs have ended that were running before, not those of earlier days', () => {
  const before = [job('a', 'running'), job('b', 'waiting'), job('c', 'running')];
  const now = [job('a', 'done'), job('b', 'running'), job('c', 'running'), job('old', 'failed')];
  expect(endedJobs(before, now).map(({ id }) => id)).toEqual(['a']);
  expect(endedJobs([], now)).toEqual([]);
});

it('what is said of an end has the error, and leads to the run', () => {
  expect(endNotice(job('a', 'done', { run: 'r1' }))).toEqual({
    title: 'a is done',
    body: 'Its result is on the Runs page.',
    place: 'runs/r1',
  });
  const error = { type: 'error', code: 'disk-full', message: 'The disk is full.' } as const;
  expect(endNotice(job('a', 'failed', { error }))).toMatchObject({
    title: 'a failed',
    body: 'The disk is full.',
    place: 'runs',
  });
  expect(endNotice(job('a', 'stopped'))).toBeUndefined();
});
