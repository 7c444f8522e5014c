import { expect, it } from 'vitest';
import type { BufferDraft } from './homes.ts';
import { joinSteps } from './join-steps.ts';
import { GENERATED_KERNELS } from './kernel-traits.ts';
import type { ComputeStep, Step, View } from './schedule.ts';

const TRAITS = {
  ...GENERATED_KERNELS,
  together: (first: ComputeStep, second: ComputeStep) =>
    [...first.body, ...second.body].every(({ op }) => op === 'neg'),
};
const view = (buffer: number): View => ({ buffer, shape: [2], strides: [1], offset: 0 });
const step = (op: 'neg' | 'exp', from: number, to: number): Step => ({
  kind: 'elementwise',
  reads: [view(from)],
  body: [{ op, attrs: {}, dtype: 'f32', shape: [2], operands: [{ read: 0 }] }],
  writes: [{ value: 0, view: view(to) }],
});
/** Buffers 0 to 5 are values, 6 and 7 the old and the next value of a state. */
const drafts = Array.from(
  { length: 8 },
  (_, i): BufferDraft => ({
    dtype: 'f32',
    elements: 2,
    place: i < 6 ? { kind: 'arena' } : { kind: 'state', name: 's' },
  }),
);
const opsOf = (steps: readonly Step[]) =>
  joinSteps(steps, drafts, TRAITS).map((one) =>
    'body' in one ? one.body.map(({ op }) => op).join(' ') : one.kind,
  );

it('joins a later step with an earlier one where nothing between touches its buffers', () => {
  const steps = [step('neg', 0, 1), step('exp', 1, 2), step('neg', 0, 3), step('neg', 5, 4)];
  expect(opsOf(steps)).toEqual(['neg neg neg', 'exp']);
  const [whole] = joinSteps(steps, drafts, TRAITS) as [ComputeStep];
  expect(whole.reads).toEqual([view(0), view(5)]);
  expect(whole.body.map(({ operands }) => operands)).toEqual([
    [{ read: 0 }],
    [{ read: 0 }],
    [{ read: 1 }],
  ]);
  expect(whole.writes.map(({ value }) => value)).toEqual([0, 1, 2]);
});

it.each([
  ['reads what the first writes', step('neg', 1, 3)],
  ['reads what a step between writes', step('neg', 2, 3)],
  ['writes what a step between reads', step('neg', 0, 1)],
  ['writes what a step between writes', step('neg', 0, 2)],
])('leaves a step that %s where it is', (_, last) => {
  expect(opsOf([step('neg', 0, 4), step('exp', 1, 2), last].with(0, step('neg', 0, 1)))).toEqual([
    'neg',
    'exp',
    'neg',
  ]);
});

it('takes the old and the next value of a state for one place', () => {
  const steps = [step('neg', 0, 1), step('exp', 6, 2), step('neg', 0, 7)];
  expect(opsOf(steps)).toEqual(['neg', 'exp', 'neg']);
});
