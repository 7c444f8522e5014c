import { expect, it } from 'vitest';
import type { Job } from '../../contract/studio/jobs.ts';
import { SampleDataAdder, type SampleDataset } from './sample-data-adder.ts';

const jobIn = (state: Job['state'], request: Job['request'], id = 'job-1'): Job => ({
  id,
  title: '',
  createdAt: '2026-01-01T00:00:00.000Z',
  state,
  request,
  command: '',
  warnings: [],
});
const sample: Job['request'] = { kind: 'sample-data', name: 'cifar10', out: '/w/sample-data' };

function adder() {
  const added: SampleDataset[] = [];
  return {
    added,
    adder: new SampleDataAdder(async (dataset) => {
      added.push(dataset);
    }),
  };
}

it('adds the folder once when the job is done', () => {
  const { added, adder: one } = adder();
  for (const state of ['waiting', 'running', 'done', 'done'] as const)
    one.onJob(jobIn(state, sample));
  expect(added).toEqual([{ kind: 'labelled', folders: ['/w/sample-data'], name: 'Sample data' }]);
});

it('adds scenes with each kind of their labels', () => {
  const { added, adder: one } = adder();
  const scenes: Job['request'] = { kind: 'sample-data', name: 'scenes', out: '/w/scenes' };
  for (const state of ['running', 'done'] as const) one.onJob(jobIn(state, scenes));
  expect(added).toMatchObject([
    { kind: 'dense', folders: ['/w/scenes'], dense: { format: 'masks' } },
    { kind: 'dense', folders: ['/w/scenes'], dense: { format: 'coco' } },
  ]);
});

it('adds nothing of jobs that failed, that ended earlier, or of other kinds', () => {
  const { added, adder: one } = adder();
  one.onJob(jobIn('running', sample));
  one.onJob(jobIn('failed', sample));
  one.onJob(jobIn('done', sample, 'of-an-earlier-start'));
  one.onJob(jobIn('running', { kind: 'devices' }, 'other'));
  one.onJob(jobIn('done', { kind: 'devices' }, 'other'));
  expect(added).toEqual([]);
});
