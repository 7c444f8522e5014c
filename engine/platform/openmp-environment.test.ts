import { expect, it } from 'vitest';
import { openMpEnvironment, setsOpenMpWaiting } from './openmp-environment.ts';

it('has waiting threads spin for about a millisecond, unless the user has set it', () => {
  expect(openMpEnvironment({})).toEqual({
    GOMP_SPINCOUNT: process.arch === 'x64' ? '30000' : '300000',
  });
  expect(openMpEnvironment({ GOMP_SPINCOUNT: '0' })).toEqual({});
  expect(openMpEnvironment({ OMP_WAIT_POLICY: 'passive' })).toEqual({});
});

it('takes what a parent process has set for what nobody has set', () => {
  expect(setsOpenMpWaiting(openMpEnvironment({}))).toBe(false);
  expect(setsOpenMpWaiting({ GOMP_SPINCOUNT: '7' })).toBe(true);
  expect(setsOpenMpWaiting({ OMP_WAIT_POLICY: 'active' })).toBe(true);
});
