import { expect, it } from 'vitest';
import { measurePace, paceNotices } from './pace.ts';

const scalars = { lr: 0.1, weightDecay: 0, emaMomentum: 0.9 };
const sums = { off: <T>(work: () => Promise<T>) => work() };
const link = { gradientBytes: 4e6, sumMs: 30 };

function leaderOf(stepMs: number | undefined) {
  const called: string[] = [];
  const leader = {
    async measureStep() {
      called.push('step');
      return stepMs;
    },
    async measureLink() {
      called.push('link');
      return link;
    },
    async shareState() {
      called.push('share');
    },
  };
  return { leader, called };
}

it('expects the measured step and the measured sum, one after the other', async () => {
  const { leader, called } = leaderOf(10);
  const pace = await measurePace(leader, sums, 0, scalars);
  expect(pace).toEqual({ ...link, expected: { stepMs: 40, efficiency: 0.25 } });
  // Measuring the step has shared the state.
  expect(called).toEqual(['step', 'link']);
  expect(paceNotices(pace, 4)).toMatchObject([
    {
      code: 'ranks-inefficient',
      message:
        'A step on 4 ranks is expected to take 40 ms, 30 ms of them for the sum of gradients: each rank then has 25 % of its speed.',
    },
  ]);
});

it('warns of nothing where sums take less time than steps', async () => {
  expect(paceNotices(await measurePace(leaderOf(31).leader, sums, 0, scalars), 2)).toEqual([]);
  expect(paceNotices(undefined, 1)).toEqual([]);
});

it('expects nothing where no step can be measured, and shares the state all the same', async () => {
  expect(await measurePace(leaderOf(undefined).leader, sums, 0, scalars)).toEqual(link);
  const { leader, called } = leaderOf(10);
  expect(await measurePace(leader, sums, 5, undefined)).toEqual(link);
  expect(called).toEqual(['share', 'link']);
});
