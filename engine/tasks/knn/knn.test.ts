import { describe, expect, it } from 'vitest';
import {
  type FeatureRows,
  findNeighbours,
  findNeighboursByLoop,
} from '../../features/neighbours.ts';
import { RandomStream } from '../../random/philox.ts';
import { evaluateScores } from '../classify/metrics.ts';
import { predictedClass } from '../classify/outcomes.ts';
import { knnAccuracy, knnClassify, knnSweep } from './knn.ts';

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
    for (const k of [0, -1, 1.5])
      expect(() => knnClassify({ ...options, test: row, k })).toThrow(/cannot ask/);
    expect(() => knnClassify({ ...options, test: row, temperature: 0 })).toThrow(/temperature 0/);
    const broken = { data: Float32Array.of(1, Number.NaN), count: 1, width: 2 };
    expect(() => knnClassify({ ...options, test: broken })).toThrow(/not finite/);
  });
});

describe('findNeighbours', () => {
  it.each([
    ['cpu', 5000, 700, 24, 20],
    ['cpu', 4096, 512, 7, 5],
    ['cpu', 3, 2, 5, 3],
    ['reference', 300, 50, 12, 10],
  ])('finds on %s what the plain loop finds: %i rows, %i asked', async (device, n, m, width, k) => {
    const stream = new RandomStream(6, 'test', n);
    const known = rows(n, width, stream);
    const asked = rows(m, width, stream);
    known.data.fill(0, 0, width);
    const [fast, slow] = [
      await findNeighbours(known, asked, k, device),
      findNeighboursByLoop(known, asked, k),
    ];
    for (let i = 0; i < m * k; i++) {
      expect(Math.abs(fast.similarity[i]! - slow.similarity[i]!)).toBeLessThan(2e-6);
      // Rows whose similarities differ by rounding alone may change places.
      const alone = [i - 1, i + 1].every(
        (j) =>
          Math.floor(j / k) !== Math.floor(i / k) ||
          Math.abs(slow.similarity[j]! - slow.similarity[i]!) > 1e-5,
      );
      if (alone && i % k < k - 1) expect(fast.row[i]).toBe(slow.row[i]);
    }
  });

  it('refuses features that are no numbers', async () => {
    const good = { data: Float32Array.of(1, 2), count: 1, width: 2 };
    const bad = { data: Float32Array.of(1, Number.POSITIVE_INFINITY), count: 1, width: 2 };
    await expect(findNeighbours(good, bad, 1)).rejects.toMatchObject({
      code: 'features-not-finite',
    });
  });
});

describe('knnSweep', () => {
  const stream = new RandomStream(7, 'test');
  const train = rows(400, 6, stream);
  const test = rows(60, 6, stream);
  const classes = 7;
  const trainLabels = Array.from({ length: 400 }, () => stream.integer(classes));
  const testLabels = Array.from({ length: 60 }, () => stream.integer(classes));

  it('predicts for every k what a vote of k alone predicts', async () => {
    const options = { train, trainLabels, test, classes, temperature: 0.1 };
    const ks = [20, 1, 5, 1000];
    const { sweep: found } = await knnSweep({ ...options, ks });
    expect(found.map(({ k }) => k)).toEqual(ks);
    for (const { k, scores } of found) {
      const predicted = Array.from({ length: 60 }, (_, i) => predictedClass(scores, i));
      expect(predicted).toEqual([...knnClassify({ ...options, k })]);
    }
  });

  it('gives shares that reports take', async () => {
    const { sweep: found } = await knnSweep({ train, trainLabels, test, classes, ks: [5, 50] });
    const names = Array.from({ length: classes }, (_, c) => String(c));
    for (const { k, scores } of found) {
      const report = evaluateScores(scores, testLabels, names);
      expect(report.top5.value).toBeGreaterThan(report.top1.value);
      const accuracy = knnAccuracy({ train, trainLabels, test, testLabels, classes, k });
      expect(report.top1.value).toBe(accuracy);
    }
  });
});
