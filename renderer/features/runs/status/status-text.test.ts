import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../../engine/contract/studio/index.ts';
import { chanceText, progressText, statusText, waitAdvice } from './status-text.ts';

const NOON = new Date(2026, 10, 23, 12, 0).getTime();
const run = (more: Partial<RunSummary>): RunSummary => ({
  id: 'r',
  name: 'r',
  kind: 'pretrain',
  status: 'running',
  device: 'cpu',
  images: 10,
  createdAt: '2026-11-23T10:00:00Z',
  updatedAt: '2026-11-23T10:00:00Z',
  step: 1200,
  totalSteps: 3200,
  ...more,
});

describe('the status of a run', () => {
  it('says what is left, and until when', () => {
    const text = progressText(run({}), { etaSeconds: 1800 }, NOON);
    expect(text).toMatch(/^1,200 of 3,200 steps, about 30 min left \(until .*12.30/);
    const days = progressText(run({}), { etaSeconds: 86_400 }, NOON);
    expect(days).toMatch(/24/);
  });

  it('promises nothing for a run that does not move', () => {
    expect(progressText(run({ status: 'paused' }), { etaSeconds: 60 }, NOON)).not.toContain('left');
    expect(progressText(run({ status: 'done' }), { etaSeconds: 0 }, NOON)).toContain('changed');
  });

  it('tells each status apart', () => {
    const statuses = [
      ...(['created', 'running', 'paused', 'stopped', 'done', 'failed', 'died'] as const),
    ];
    const said = statuses.map((status) => statusText(run({ status }), {}));
    expect(new Set(said).size).toBe(statuses.length);
    expect(statusText(run({ status: 'running' }), { epoch: 2 })).toContain('epoch 3');
    expect(statusText(run({ status: 'running' }), { epoch: 20 })).toContain('epoch 21');
  });

  it('says when a run ended before its last step', () => {
    const reason = { code: 'stopped-early', message: 'Evaluations no longer got better.' };
    expect(statusText(run({ status: 'done', reason }), {})).toContain('no longer got better');
    expect(statusText(run({ status: 'done', step: 3200 }), {})).toBe('All steps are done.');
  });

  it('says that a score is at its chance level, and never "so far" of a run that has ended', () => {
    const text = (status: RunSummary['status'], above?: boolean) =>
      chanceText({ status }, 0.0156, above);
    expect(text('running', true)).toBe('chance level 1.6 %');
    expect(text('running')).toBe('chance level 1.6 %');
    expect(text('running', false)).toBe('chance level 1.6 %: not above it so far');
    for (const status of ['done', 'stopped', 'failed', 'died'] as const)
      expect(text(status, false)).toBe('chance level 1.6 %: not above it');
  });

  it('advises on the data-loading wait', () => {
    expect(waitAdvice(0.01)).toContain('no bottleneck');
    expect(waitAdvice(0.6)).toContain('60 %');
  });
});
