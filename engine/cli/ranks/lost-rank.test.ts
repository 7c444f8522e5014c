import { expect, it } from 'vitest';
import { lostRank } from './lost-rank.ts';

const members = [
  { rank: 0, host: 'a', pid: 100 },
  { rank: 1, host: 'a', pid: 101 },
];

it.each([
  'mpirun noticed that process rank 1 with PID 0 on node a exited on signal 9 (Killed).',
  '  Process name: [[49154,1],1]\n  Exit code:    7\n',
  '=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES\n=   PID 101 RUNNING AT a\n=   EXIT CODE: 9',
])('names the rank that the launcher means: %s', (said) => {
  expect(lostRank(members, said)).toMatchObject({
    code: 'rank-lost',
    message: 'Rank 1 on a (process 101) ended unexpectedly.',
    details: { rank: 1, host: 'a', pid: 101 },
  });
});

it('tells what the launcher said where that names no rank', () => {
  expect(lostRank(members, 'There are not enough slots available.\n')).toMatchObject({
    code: 'rank-lost',
    message: 'The ranks ended unexpectedly.',
    details: { reason: 'There are not enough slots available.' },
  });
});
