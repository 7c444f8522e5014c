import { expect, it } from 'vitest';
import { LossScale } from './loss-scale.ts';

it('halves at an overflow down to 1, and doubles after 1,000 good steps in a row', () => {
  const scale = new LossScale();
  const start = scale.value;
  for (let i = 0; i < 999; i++) scale.succeeded();
  expect(scale.overflowed()).toBe(true);
  expect(scale.value).toBe(start / 2);
  for (let i = 0; i < 999; i++) scale.succeeded();
  expect(scale.value).toBe(start / 2);
  scale.succeeded();
  expect(scale.value).toBe(start);
  while (scale.overflowed());
  expect(scale.value).toBe(1);
});

it('goes on where it was', () => {
  const [one, other] = [new LossScale(), new LossScale()];
  one.overflowed();
  for (let i = 0; i < 500; i++) one.succeeded();
  other.restore(one.state);
  for (const scale of [one, other]) for (let i = 0; i < 500; i++) scale.succeeded();
  expect(other.state).toEqual(one.state);
});

it('stays where float16 cannot follow', () => {
  const scale = new LossScale();
  for (let i = 0; i < 20_000; i++) scale.succeeded();
  expect(scale.value).toBe(65536);
});
