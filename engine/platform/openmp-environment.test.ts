import { expect, it } from 'vitest';
import { openMpEnvironment } from './openmp-environment.ts';

it('shortens the time that waiting threads spin, unless the user has set it', () => {
  expect(openMpEnvironment({})).toEqual({ GOMP_SPINCOUNT: '1000' });
  expect(openMpEnvironment({ GOMP_SPINCOUNT: '0' })).toEqual({});
  expect(openMpEnvironment({ OMP_WAIT_POLICY: 'passive' })).toEqual({});
});
