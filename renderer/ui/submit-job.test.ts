import { expect, it } from 'vitest';
import type { Job, JobRequest } from '../../engine/contract/studio/index.ts';
import { isQueued } from './submit-job.tsx';

const predict = (watch: boolean): JobRequest => ({
  kind: 'predict',
  model: 'shapes',
  data: ['/new'],
  device: 'cpu',
  ...(watch ? { watch } : {}),
});
const exporting = { kind: 'export' } as JobRequest;
const job = (request: JobRequest, state: Job['state'] = 'running') => ({ request, state }) as Job;

it('a job waits for one that takes a device, until that has ended', () => {
  for (const request of [predict(false), undefined]) {
    expect(isQueued(request, [job(predict(false))])).toBe(true);
    expect(isQueued(request, [job(predict(false), 'waiting')])).toBe(true);
    expect(isQueued(request, [job(predict(false), 'done')])).toBe(false);
  }
});

it('no job waits for one that moves files or watches a folder', () => {
  expect(isQueued(predict(false), [job(predict(true)), job(exporting)])).toBe(false);
});

it('a job that watches a folder waits for no training', () => {
  expect(isQueued(predict(true), [job(predict(false))])).toBe(false);
});
