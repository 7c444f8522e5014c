import { expect, it } from 'vitest';
import * as ir from '../ir/builder.ts';
import { nextState } from '../ir/entry.ts';
import { finishedState } from './finished-state.ts';
import { printSchedule } from './print-schedule.ts';
import { scheduleGraph } from './schedule-graph.ts';

it('tells of a state tensor after the last step that uses it', () => {
  const x = ir.feed('x', [4, 4]);
  const first = ir.matmul(x, ir.state('weight', [4, 4]));
  const second = ir.matmul(first, x);
  const schedule = scheduleGraph({
    name: 'main',
    outputs: [
      { name: 'norm', role: 'result', node: ir.sumSquares(first) },
      nextState('first', first),
      nextState('second', second),
    ],
  });
  const text = printSchedule(schedule);
  const finished = finishedState(schedule);
  // What is only read is not told of.
  expect([...finished.values()].flat().sort(), text).toEqual(['first', 'second']);
  for (const [step, names] of finished)
    for (const { place, until } of schedule.buffers)
      if (place.kind === 'state' && names.includes(place.name)) expect(until, text).toBe(step);
});

it('leaves out what is a result too, which is read after the last step', () => {
  const next = ir.mul(ir.state('a', [8]), 2);
  const schedule = scheduleGraph({
    name: 'main',
    outputs: [nextState('a', next), { name: 'a', role: 'result', node: next }],
  });
  expect([...finishedState(schedule).values()].flat()).toEqual([]);
});
