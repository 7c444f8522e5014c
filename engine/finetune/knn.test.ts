import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/philox.ts';
import { type FeatureRows, knnAccuracy, knnClassify } from './knn.ts';

function rows(count: number, width: number, stream: RandomStream): FeatureRows {
  return {
    data: Float32Array.from({ length: count * width }, () => stream.normal()),
    count,
    width,
  };
}

/** One test row at a time: all similarities, a full sort, the vote. */
function bruteForce(
  train: FeatureRows,
  labels: readonly number[],
  test: FeatureRows,
  classes: number,
  k: number,
  temperature: number,
): number[] {
  const row = (rowsOf: FeatureRows, i: number) =>
    Array.from(rowsOf.data.subarray(i * rowsOf.width, (i + 1) * rowsOf.width));
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, d) => sum + value * b[d]!, 0);
  return Array.from({ length: test.count }, (_, i) => {
    const mine = row(test, i);
    const similarities = labels.map((label, j) => {
      const other = row(train, j);
      return { label, cosine: dot(mine, other) / Math.sqrt(dot(mine, mine) * dot(other, other)) };
    });
    similarities.sort((a, b) => b.cosine - a.cosine);
    const votes = new Array<number>(classes).fill(0);
    for (const { label, cosine } of similarities.slice(0, k)) {
      votes[label]! += Math.exp(cosine / temperature);
    }
    return votes.indexOf(Math.max(...votes));
  });
}

describe('knnClassify', () => {
  it.each([
    [150, 70, 13, 5, 20, 0.07],
    [65, 64, 4, 3, 1, 0.07],
    [9, 130, 32, 2, 20, 0.5],
  ])(
    'votes as brute force does: %i train, %i test, width %i',
    (n, m, width, classes, k, temperature) => {
      const stream = new RandomStream(4, 'test', n);
      const train = rows(n, width, stream);
      const test = rows(m, width, stream);
      const trainLabels = Array.from({ length: n }, () => stream.integer(classes));
      const found = knnClassify({ train, trainLabels, test, classes, k, temperature });
      expect([...found]).toEqual(bruteForce(train, trainLabels, test, classes, k, temperature));
    },
  );

  it('recognises classes that lie in different directions', () => {
    const stream = new RandomStream(5, 'test');
    const make = (count: number) => {
      const labels = Array.from({ length: count }, (_, i) => i % 3);
      const all = rows(count, 8, stream);
      for (const [i, label] of labels.entries()) all.data[i * 8 + label]! += 10;
      return { all, labels };
    };
    const [train, test] = [make(90), make(30)];
    const accuracy = knnAccuracy({
      train: train.all,
      trainLabels: train.labels,
      test: test.all,
      testLabels: test.labels,
      classes: 3,
    });
    expect(accuracy).toBe(1);
  });

  it('does not overflow at a low temperature, nor divide by the length of a zero row', () => {
    const train = { data: Float32Array.of(1, 0, 0, 1, 0, 0), count: 3, width: 2 };
    const test = { data: Float32Array.of(0, 5, 0, 0), count: 2, width: 2 };
    const found = knnClassify({
      train,
      trainLabels: [0, 1, 1],
      test,
      classes: 2,
      temperature: 1e-4,
    });
    expect(found[0]).toBe(1);
    expect([0, 1]).toContain(found[1]);
  });

  it('refuses rows that do not fit', () => {
    const row = { data: Float32Array.of(1, 2), count: 1, width: 2 };
    const wide = { data: Float32Array.of(1, 2, 3), count: 1, width: 3 };
    const options = { train: row, trainLabels: [0], classes: 1 };
    expect(() => knnClassify({ ...options, test: wide })).toThrow(/cannot compare/);
    expect(() => knnClassify({ ...options, test: row, trainLabels: [1] })).toThrow(
      /cannot compare/,
    );
  });
});
