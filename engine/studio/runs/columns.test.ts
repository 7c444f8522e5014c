import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { Columns } from './columns.ts';

describe('thinned curves', () => {
  it('keep the least and greatest of every piece, in order', () => {
    const columns = new Columns(['loss']);
    const random = new RandomStream(7, 'probe');
    const values = Float32Array.from({ length: 50_000 }, () => random.between(-1, 1));
    values[31_337] = 99;
    for (const [i, loss] of values.entries()) columns.push(i * 2 + 1, { loss });
    const { steps, values: kept } = columns.thinned('loss', { start: 0, end: 50_000, pieces: 400 });
    expect(steps.length).toBeLessThanOrEqual(800);
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
    for (let piece = 0; piece < 400; piece++) {
      const [from, to] = [piece * 125, (piece + 1) * 125];
      const inside = kept.filter((_, i) => steps[i]! > from * 2 && steps[i]! <= to * 2);
      const all = values.subarray(from, to);
      expect(Math.min(...inside)).toBe(Math.min(...all));
      expect(Math.max(...inside)).toBe(Math.max(...all));
    }
    expect(kept).toContain(99);
  });

  it('are whole when they are short, without what was not measured', () => {
    const columns = new Columns(['loss', 'score']);
    for (let step = 1; step <= 5; step++)
      columns.push(step, step === 3 ? { loss: step } : { loss: step, score: step / 10 });
    const range = { start: 0, end: 5, pieces: 10 };
    expect(columns.thinned('loss', range).values).toEqual([1, 2, 3, 4, 5]);
    expect(columns.thinned('score', range).steps).toEqual([1, 2, 4, 5]);
  });

  it('have the mean of every piece, which a spike does not bend', () => {
    const columns = new Columns(['loss']);
    for (let i = 0; i < 10_000; i++) columns.push(i + 1, { loss: i === 5000 ? 1001 : 1 });
    const { steps, values } = columns.means('loss', { start: 0, end: 10_000, pieces: 100 })!;
    expect(steps.length).toBe(100);
    expect(steps[0]).toBe(50);
    expect(values.filter((value) => value !== 1)).toEqual([11]);
    expect(columns.means('loss', { start: 0, end: 150, pieces: 100 })).toBeUndefined();
  });

  it('begin at the step asked for', () => {
    const columns = new Columns(['loss']);
    for (let i = 0; i < 3000; i++) columns.push(10 * (i + 1), { loss: i });
    expect(columns.firstAt(0)).toBe(0);
    expect(columns.firstAt(10)).toBe(0);
    expect(columns.firstAt(11)).toBe(1);
    expect(columns.firstAt(30_000)).toBe(2999);
    expect(columns.firstAt(30_001)).toBe(3000);
  });
});
