import { describe, expect, it } from 'vitest';
import type { Job, RequestOf } from '../../../../engine/contract/studio/index.ts';
import { imagesOf, jobProgressText, statusWord } from './job-text.ts';

const request: RequestOf<'predict'> = { kind: 'predict', model: 'm', data: ['/d'], device: 'cpu' };

describe('a job', () => {
  const job = (over: Partial<Job>) => ({ request, state: 'running', ...over }) as Job;
  const watching = { ...request, watch: true };

  it('is told by what it has done', () => {
    expect(jobProgressText(job({ state: 'waiting' }), 0)).toBe('It is waiting in the queue.');
    expect(jobProgressText(job({}), 0)).toBe('Reading the network and the images…');
    expect(jobProgressText(job({ progress: { done: 1200, total: 5000 } }), 900)).toBe(
      '1,200 of 5,000 images',
    );
    expect(jobProgressText(job({ request: watching }), 1)).toMatch(/^1 image so far\. New images/);
    const gone = { done: 1, total: 1, text: '/inbox is not there; it is looked for' };
    expect(jobProgressText(job({ request: watching, progress: gone }), 1)).toBe(
      '1 image so far. /inbox is not there; it is looked for.',
    );
    expect(imagesOf(job({ progress: { done: 7, total: 9 } }))).toBe(7);
    const waiting = { done: 7, total: 7, text: 'Waiting for new images' };
    expect(imagesOf(job({ request: watching, progress: waiting }))).toBe(7);
    expect(imagesOf(job({ state: 'done', result: { images: 9 } }))).toBe(9);
  });

  it('is no training', () => {
    expect(statusWord(job({}))).toBe('running');
    expect(statusWord(job({ request: watching }))).toBe('watching');
    expect(statusWord(job({ state: 'done' }))).toBeUndefined();
  });
});
