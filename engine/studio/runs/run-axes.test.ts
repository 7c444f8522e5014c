import { describe, expect, it } from 'vitest';
import { RunAxes } from './run-axes.ts';

type Line = readonly [seconds: number, event: Readonly<Record<string, unknown>>];

function axesOf(lines: readonly Line[]): RunAxes {
  const axes = new RunAxes();
  for (const [seconds, event] of lines) axes.take({ time: 1e12 + seconds * 1000, ...event });
  return axes;
}

const step = (step: number, more: object = {}) => ({ type: 'step', step, ...more });
const status = (status: string, step: number) => ({ type: 'status', status, step });

describe('the training time of a run', () => {
  it('is between logged steps where the steps between them lie', () => {
    const axes = axesOf([
      [0, status('running', 0)],
      [10, step(20)],
      [30, step(40)],
    ]);
    expect([10, 20, 30, 40, 41].map((at) => axes.at('time', at))).toEqual([5, 10, 20, 30, 30]);
    expect([5, 20, 99].map((at) => axes.stepAt('time', at))).toEqual([10, 30, 40]);
    expect(axes.trainingSeconds).toBe(30);
  });

  it('has no pauses, and keeps the steps before one that were not logged', () => {
    const axes = axesOf([
      [0, status('running', 0)],
      [10, step(10)],
      [15, status('paused', 15)],
      [1000, status('running', 15)],
      [1005, step(20)],
    ]);
    expect(axes.at('time', 20)).toBe(20);
  });

  it('goes on where a stopped run was saved', () => {
    const axes = axesOf([
      [0, status('running', 0)],
      [10, step(10)],
      [14, status('stopped', 14)],
      [900, status('running', 14)],
      [906, step(20)],
    ]);
    expect(axes.at('time', 20)).toBe(20);
  });

  it('goes on at the checkpoint of a run that was killed or failed', () => {
    // The steps after the checkpoint are dropped from the log; what was said then stays.
    for (const end of [[], [[60, status('failed', 30)] as const]]) {
      const axes = axesOf([
        [0, status('running', 0)],
        [10, step(10)],
        [40, { type: 'warning', step: 30 }],
        ...end,
        [900, status('running', 10)],
        [910, step(20)],
      ]);
      expect(axes.at('time', 20)).toBe(20);
    }
  });

  it('goes on at the checkpoint after a rewind', () => {
    const axes = axesOf([
      [0, status('running', 0)],
      [10, step(10)],
      [50, { type: 'rewind', step: 40, toStep: 10 }],
      [60, step(20)],
    ]);
    expect(axes.at('time', 20)).toBe(20);
  });

  it('never goes back with the clock of the machine, and begins without a status', () => {
    const axes = axesOf([
      [100, step(1)],
      [110, step(2)],
      [50, step(3)],
    ]);
    expect([1, 2, 3].map((at) => axes.at('time', at))).toEqual([0, 10, 10]);
  });
});

describe('the epochs of a run', () => {
  it('are known from the first step', () => {
    const axes = axesOf([[1, step(5, { stepsPerEpoch: 20 })]]);
    expect([5, 30].map((at) => axes.at('epoch', at))).toEqual([0.25, 1.5]);
    expect(axes.stepAt('epoch', 1.5)).toBe(30);
  });

  it('of an old log are known from the first complete one', () => {
    const old: Line[] = [[1, step(5)]];
    expect(axesOf(old).isKnown('epoch')).toBe(false);
    const axes = axesOf([...old, [2, { type: 'epoch', step: 20, epoch: 0 }]]);
    expect(axes.isKnown('epoch')).toBe(true);
    expect([5, 20, 30].map((at) => axes.at('epoch', at))).toEqual([0.25, 1, 1.5]);
  });

  it('go on with the length that changed images have given them', () => {
    const axes = axesOf([
      [1, step(10, { stepsPerEpoch: 10 })],
      [1, { type: 'epoch', step: 10, epoch: 0 }],
      [2, step(15, { stepsPerEpoch: 20 })],
      [3, { type: 'epoch', step: 20, epoch: 0 }],
      [4, step(30, { stepsPerEpoch: 20 })],
    ]);
    const places = [5, 10, 20, 30].map((at) => axes.at('epoch', at));
    expect(places).toEqual([0.5, 1, 1, 1.5]);
  });
});
