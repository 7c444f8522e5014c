import { describe, expect, it } from 'vitest';
import type { Job } from '../../../../engine/contract/studio/index.ts';
import { moveOf, queueOf } from './queue.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const job = (id: string, more: Partial<Job>): Job => ({
  id,
  title: id,
  state: 'waiting',
  command: '',
  warnings: [],
  request: { kind: 'selftest', device: 'cpu' },
  createdAt: '2026-11-23T10:00:00Z',
  ...more,
});

const FAILED = {
  state: 'failed',
  endedAt: '2026-11-23T11:00:00Z',
  request: { kind: 'resume', run: 'r' },
} as const;

describe('the queue', () => {
  it('keeps the order in which jobs will start', () => {
    const jobs = [job('a', {}), job('b', {}), job('c', { state: 'running' })];
    const { waiting, running } = queueOf(jobs, ['b', 'a', 'gone'], NOW);
    expect(waiting.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(running.map(({ id }) => id)).toEqual(['c']);
  });

  it('shows what failed lately, until it is taken up again', () => {
    const failed = job('a', { ...FAILED, run: 'r' });
    const old = job('b', { ...FAILED, state: 'died', endedAt: '2026-11-20T11:00:00Z' });
    expect(queueOf([failed, old], [], NOW).failed).toEqual([failed]);
    const again = job('c', {
      createdAt: '2026-11-23T11:30:00Z',
      request: { kind: 'resume', run: 'r' },
    });
    expect(queueOf([failed, again], [], NOW).failed).toEqual([]);
  });

  it('keeps what failed and trains no network apart', () => {
    const training = job('a', FAILED);
    const imported = job('b', {
      ...FAILED,
      request: { kind: 'import', file: '/w.pt', out: '/o' },
    });
    const many = Array.from({ length: 9 }, (_, i) => ({ ...imported, id: `${i}` }));
    const { failed, failedOthers } = queueOf([...many, training], [], NOW);
    expect(failed).toEqual([training]);
    expect(failedOthers).toEqual(many.slice(0, 3));
  });
});

describe('a move', () => {
  const order = ['a', 'b', 'c'];
  it.each([
    ['b', -1, { id: 'b', before: 'a' }],
    ['a', 1, { id: 'a', before: 'c' }],
    ['b', 1, { id: 'b' }],
    ['a', -1, undefined],
    ['c', 1, undefined],
    ['gone', 1, undefined],
  ] as const)('of %s by %d', (id, by, expected) => {
    expect(moveOf(order, id, by)).toEqual(expected);
  });
});
