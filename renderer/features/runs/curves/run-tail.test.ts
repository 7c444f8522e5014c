import { describe, expect, it } from 'vitest';
import { pointCount, withPoint } from './run-tail.ts';

describe('points that are pushed', () => {
  it('drop what came after a checkpoint that the run went back to', () => {
    const steps = [1, 2, 5, 3].reduce(
      (points, step) => withPoint(points, { step, loss: 1 }),
      [] as ReturnType<typeof withPoint>,
    );
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  it('are not more than can be drawn', () => {
    let points: ReturnType<typeof withPoint> = [];
    for (let step = 1; step <= 2000; step++) points = withPoint(points, { step });
    expect(points.length).toBe(600);
    expect(points.at(-1)!.step).toBe(2000);
  });
});

describe('the number of points', () => {
  it.each([
    ['nothing was pushed', { points: 10, lastStep: 100 }, undefined, 10],
    ['every tenth step is logged', { points: 10, lastStep: 100 }, 150, 15],
    ['what was pushed has been read', { points: 10, lastStep: 100 }, 90, 10],
    ['nothing was read yet', { points: 0, lastStep: 0 }, 90, 0],
  ])('is right where %s', (_, read, pushed, expected) => {
    expect(pointCount(read, pushed)).toBe(expected);
  });
});
