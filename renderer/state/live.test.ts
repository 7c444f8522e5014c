import { expect, it } from 'vitest';
import type { Job } from '../../engine/contract/studio/index.ts';
import { queries } from '../client/use-studio.ts';
import { invalidateFor, RUN_LISTS, useLive } from './live.ts';

it.each(RUN_LISTS)('%s is read again when a job has ended', (name) => {
  const key = [name, { offset: 0, count: 50 }];
  const isStale = () => queries.getQueryState(key)?.isInvalidated;
  queries.setQueryData(key, { total: 0, items: [] });
  const push = (state: Job['state']) => {
    const job = { id: 'a', state, request: { kind: 'compare', device: 'cpu' } } as Job;
    invalidateFor({ topic: 'job', job }, useLive.getState());
  };
  push('running');
  expect(isStale()).toBe(false);
  push('done');
  expect(isStale()).toBe(true);
});
