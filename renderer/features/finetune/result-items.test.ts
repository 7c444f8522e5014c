import { expect, it } from 'vitest';
import { primaryValue, TOP1 } from '../../../engine/contract/scores.ts';
import type { Job, RunSummary } from '../../../engine/contract/studio/index.ts';
import { resultItems } from './result-items.ts';

function job(id: string, kind: string, more: Partial<Job> = {}): Job {
  const request = { kind } as unknown as Job['request'];
  return {
    id,
    title: `title of ${id}`,
    request,
    state: 'done',
    command: '',
    warnings: [],
    createdAt: '2026-11-23T08:00:00.000Z',
    ...more,
  };
}

function run(id: string, name: string, more: Partial<RunSummary> = {}): RunSummary {
  return {
    id,
    name,
    kind: 'finetune',
    status: 'done',
    step: 10,
    totalSteps: 10,
    device: 'cpu',
    images: 5,
    createdAt: '2026-11-23T07:00:00.000Z',
    updatedAt: '2026-11-23T09:00:00.000Z',
    ...more,
  };
}

it('lists what was judged and what was trained, newest first', () => {
  const items = resultItems(
    [job('e', 'evaluate', { result: { top1: 0.5 } }), job('x', 'export'), job('p', 'pretrain')],
    [
      run('r', 'birds', { best: { step: 5, primary: TOP1, values: { top1: 0.7 } } }),
      run('c', 'compare-scratch-full-1-0'),
    ],
  );
  expect(items.map(({ key, scores, what }) => [key, primaryValue(scores!), what])).toEqual([
    ['r', 0.7, 'fine-tuning'],
    ['e', 0.5, 'evaluation'],
  ]);
});

it('shows a fine-tuning once: its run once there is one, its job before', () => {
  const made = job('f', 'finetune', { run: 'r' });
  const [item, ...others] = resultItems([made], [run('r', 'birds')]);
  expect(others).toEqual([]);
  expect(item).toMatchObject({ title: 'birds', address: '/finetune/results/f' });
  const waiting = resultItems([job('g', 'finetune', { state: 'waiting' })], []);
  expect(waiting).toMatchObject([{ title: 'title of g', status: 'waiting' }]);
});
