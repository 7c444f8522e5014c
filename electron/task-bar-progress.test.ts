import { describe, expect, it } from 'vitest';
import type { Job } from '../engine/contract/studio/jobs.ts';
import type { Push } from '../engine/contract/studio/push.ts';
import type { RunSummary } from '../engine/contract/studio/runs.ts';
import { TaskBarProgress } from './task-bar-progress.ts';

const AT = '2026-11-23T09:00:00.000Z';

function pretrain(change: Partial<Job> = {}): Job {
  return {
    id: 'job',
    title: 'first run',
    request: { kind: 'pretrain', folders: ['/images'], settings: {}, device: 'cpu' },
    state: 'running',
    command: 'conmim pretrain',
    createdAt: AT,
    warnings: [],
    ...change,
  };
}

function run(id: string, step: number, status: RunSummary['status'] = 'running') {
  const kind = 'pretrain' as const;
  const times = { createdAt: AT, updatedAt: AT };
  return {
    topic: 'run',
    run: { id, name: id, kind, status, ...times, step, totalSteps: 100, device: 'cpu', images: 9 },
    events: [],
  } satisfies Push;
}

describe('the share of training that is done', () => {
  it('is unknown while nothing is trained, and 0 before the first step', () => {
    const progress = new TaskBarProgress();
    expect(progress.share).toBeUndefined();
    progress.takeJob(pretrain());
    expect(progress.share).toBe(0);
  });

  it('follows the steps of the run, and the count of a comparison', () => {
    const progress = new TaskBarProgress();
    progress.takeJob(pretrain({ run: 'a' }));
    progress.takeRun(run('a', 25));
    expect(progress.share).toBe(0.25);
    progress.takeJob(pretrain({ id: 'other', progress: { done: 3, total: 4 } }));
    expect(progress.share).toBe(0.5);
  });

  it('leaves out jobs that are short, wait or have ended', () => {
    const progress = new TaskBarProgress();
    const request = { kind: 'selftest', device: 'cpu' } as const;
    expect(progress.takeJob(pretrain({ id: 'short', request }))).toBe(false);
    expect(progress.takeJob(pretrain({ id: 'later', state: 'waiting' }))).toBe(false);
    expect(progress.takeJob(pretrain({ id: 'old', state: 'done' }))).toBe(false);
    expect(progress.jobs).toEqual([]);
    expect(progress.share).toBeUndefined();
  });

  it('never leaves 0 to 1, whatever is counted', () => {
    const progress = new TaskBarProgress();
    progress.takeJob(pretrain({ progress: { done: 0, total: 0 } }));
    expect(progress.share).toBe(0);
    progress.takeJob(pretrain({ progress: { done: 5, total: 4 } }));
    expect(progress.share).toBe(1);
  });
});

describe('the end of a training', () => {
  it('is reported once, and only for running jobs', () => {
    const progress = new TaskBarProgress();
    progress.takeJob(pretrain({ run: 'a' }));
    expect(progress.takeJob(pretrain({ run: 'a', state: 'done' }))).toBe(true);
    expect(progress.takeJob(pretrain({ run: 'a', state: 'done' }))).toBe(false);
    expect(progress.share).toBeUndefined();
  });
});

describe('a pause', () => {
  it('is shown when every training is paused', () => {
    const progress = new TaskBarProgress();
    progress.takeJob(pretrain({ run: 'a' }));
    progress.takeJob(pretrain({ id: 'other', run: 'b' }));
    progress.takeRun(run('a', 10, 'paused'));
    progress.takeRun(run('b', 10));
    expect(progress.paused).toBe(false);
    progress.takeRun(run('b', 11, 'paused'));
    expect(progress.paused).toBe(true);
    progress.takeRun(run('a', 11));
    expect(progress.paused).toBe(false);
  });
});
