import { expect, it } from 'vitest';
import { niceTicks } from './start-figure.tsx';

it.each([
  [0.04, [0, 0.01, 0.02, 0.03, 0.04]],
  [0.381, [0, 0.1, 0.2, 0.3, 0.4]],
  [0.6, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]],
  [0.999, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [0, [0, 0.01]],
])('a figure up to %d has lines at %o', (highest, ticks) => {
  expect(niceTicks(highest)).toEqual(ticks);
});
