import { expect, it } from 'vitest';
import { TOP1 } from '../../../engine/contract/scores.ts';
import type { Job, RunSummary } from '../../../engine/contract/studio/index.ts';
import { jobProgress } from './progress-text.ts';

const job = (more: object) => ({ state: 'running', request: { kind: 'knn' }, ...more }) as Job;
const compare = { kind: 'compare', fractions: [0.1, 1], modes: ['full'], seeds: 3 };

it.each([
  [job({ state: 'waiting' }), 'It is waiting in the queue.', 0],
  [job({}), 'Reading the network and the images…', 0],
  [job({ progress: { done: 250, total: 1000 } }), '250 of 1,000 images', 0.25],
  [job({ request: compare }), '0 of 12 trainings', 0],
  [job({ request: compare, progress: { done: 3, total: 12 } }), '3 of 12 trainings', 0.25],
])('says how far it has come', (given, text, share) => {
  expect(jobProgress(given, undefined)).toEqual({ text, share });
});

it('tells a fine-tuning by its run', () => {
  const run = {
    step: 30,
    totalSteps: 60,
    best: { step: 20, primary: TOP1, values: { top1: 0.451 } },
  } as Partial<RunSummary> as RunSummary;
  const standing = jobProgress(job({ request: { kind: 'finetune' } }), run);
  expect(standing).toEqual({ text: '30 of 60 steps, best so far: top-1 45.1 %', share: 0.5 });
});
