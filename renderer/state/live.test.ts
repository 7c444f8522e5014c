import { QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, it } from 'vitest';
import {
  type CommandName,
  type Job,
  type RunSummary,
  studioApi,
} from '../../engine/contract/studio/index.ts';
import { queries } from '../client/use-studio.ts';
import { invalidateFor, useLive } from './live.ts';

const GROUPS = ['runs', 'models', 'results', 'evaluations', 'predictions'];
/** What is read of runs, jobs and networks. */
const READ = (Object.keys(studioApi) as CommandName[]).filter(
  (name) => GROUPS.includes(name.split('.')[0]!) && !('changes' in studioApi[name]),
);

afterEach(() => queries.clear());

function pushJob(state: Job['state']): void {
  const job = { id: 'a', state, request: { kind: 'predict', device: 'cpu' } } as Job;
  invalidateFor({ topic: 'job', job }, useLive.getState());
}

it.each(READ)('%s is read again when a job has ended', (name) => {
  const key = [name, { offset: 0, count: 50 }];
  const isStale = () => queries.getQueryState(key)?.isInvalidated;
  queries.setQueryData(key, { total: 0, items: [] });
  pushJob('running');
  expect(isStale()).toBe(false);
  pushJob('done');
  expect(isStale()).toBe(true);
});

it('predictions are read again where the first read began before the job ended', async () => {
  const answers: ((images: number) => void)[] = [];
  const observer = new QueryObserver<number>(queries, {
    queryKey: ['predictions.dense', { job: 'a' }],
    queryFn: () => new Promise((resolve) => answers.push(resolve)),
  });
  const stop = observer.subscribe(() => undefined);
  await expect.poll(() => answers.length).toBe(1);
  pushJob('done');
  answers[0]!(3);
  await expect.poll(() => answers.length).toBe(2);
  answers[1]!(6);
  await expect.poll(() => observer.getCurrentResult().data).toBe(6);
  stop();
});

it.each(['evaluations.get', 'results.files'])(
  '%s of a run is read again when the run has ended',
  (name) => {
    const key = [name, { run: 'r' }];
    queries.setQueryData(key, {});
    const run = { id: 'r', status: 'done' } as RunSummary;
    invalidateFor({ topic: 'run', run, events: [] }, useLive.getState());
    expect(queries.getQueryState(key)?.isInvalidated).toBe(true);
  },
);
