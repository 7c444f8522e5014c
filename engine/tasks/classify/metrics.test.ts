import { describe, expect, it } from 'vitest';
import { bootstrap } from '../../evaluation/bootstrap.ts';
import type { ClassScores } from '../../evaluation/class-scores.ts';
import { RandomStream } from '../../random/philox.ts';
import { evaluateScores } from './metrics.ts';
import { computeOutcomes } from './outcomes.ts';

const names = (classes: number) => Array.from({ length: classes }, (_, c) => `class ${c}`);

function logits(rows: readonly (readonly number[])[]): ClassScores {
  return {
    kind: 'logits',
    data: Float32Array.from(rows.flat()),
    count: rows.length,
    classes: rows[0]!.length,
  };
}

/** Scores that favour the true class a little; some classes stay empty when `used` is smaller. */
function randomSet(stream: RandomStream, count: number, classes: number, used = classes) {
  const labels = Array.from({ length: count }, () => stream.integer(used));
  const rows = labels.map((label) =>
    // Rounded, so that ties occur.
    Array.from({ length: classes }, (_, c) => Math.round(4 * stream.normal()) / 4 + +(c === label)),
  );
  return { scores: logits(rows), labels };
}

/** All metrics straight from their definitions: sorts, loops over classes, no counts kept. */
function byDefinition({ data, classes }: ClassScores, labels: readonly number[]) {
  const images = labels.map((label, i) => {
    const row = Array.from(data.subarray(i * classes, (i + 1) * classes));
    const order = [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b);
    const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
    return {
      label,
      order,
      predicted: order[0]!,
      confidence: Math.exp(row[order[0]!]!) / total,
      loss: -Math.log(Math.exp(row[label]!) / total),
    };
  });
  const share = (test: (image: (typeof images)[number]) => boolean) =>
    images.filter(test).length / images.length;
  const perClass = Array.from({ length: classes }, (_, c) => {
    const hits = images.filter(({ label, predicted }) => label === c && predicted === c).length;
    const support = images.filter(({ label }) => label === c).length;
    const taken = images.filter(({ predicted }) => predicted === c).length;
    return { hits, support, taken, f1: (2 * hits) / (support + taken), recall: hits / support };
  });
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  let error = 0;
  for (let bin = 0; bin < 15; bin++) {
    const inside = images.filter(
      ({ confidence }) => confidence > bin / 15 && confidence <= (bin + 1) / 15,
    );
    if (inside.length === 0) continue;
    const right = inside.filter(({ label, predicted }) => label === predicted).length;
    const gap = right / inside.length - mean(inside.map(({ confidence }) => confidence));
    error += (inside.length / images.length) * Math.abs(gap);
  }
  return {
    images,
    perClass,
    top1: share(({ label, predicted }) => label === predicted),
    top5: share(({ label, order }) => order.slice(0, 5).includes(label)),
    macroF1: mean(perClass.filter((c) => c.support + c.taken > 0).map((c) => c.f1)),
    balanced: mean(perClass.filter((c) => c.support > 0).map((c) => c.recall)),
    loss: mean(images.map(({ loss }) => loss)),
    error,
  };
}

describe('evaluateScores', () => {
  it.each([
    [200, 10, 10],
    [57, 3, 3],
    [40, 30, 7],
    [12, 1, 1],
  ])('agrees with the definitions: %i images, %i classes, %i of them used', (n, classes, used) => {
    const { scores, labels } = randomSet(new RandomStream(1, 'test', n), n, classes, used);
    const report = evaluateScores(scores, labels, names(classes), { resamples: 20 });
    const expected = byDefinition(scores, labels);
    expect(report.top1.value).toBeCloseTo(expected.top1, 12);
    expect(report.top5.value).toBeCloseTo(expected.top5, 12);
    expect(report.macroF1.value).toBeCloseTo(expected.macroF1, 12);
    expect(report.balancedAccuracy).toBeCloseTo(expected.balanced, 12);
    expect(report.loss).toBeCloseTo(expected.loss, 9);
    expect(report.calibration.error).toBeCloseTo(expected.error, 9);
    for (const [c, { hits, support, taken }] of expected.perClass.entries()) {
      const found = report.perClass[c]!;
      expect(found).toMatchObject({ name: `class ${c}`, support, predicted: taken });
      expect(found.precision).toBe(taken === 0 ? null : hits / taken);
      expect(found.recall).toBe(support === 0 ? null : hits / support);
      expect(found.f1).toBe(support + taken === 0 ? null : (2 * hits) / (support + taken));
    }
    const total = report.confusion.reduce((sum, [, , images]) => sum + images, 0);
    expect(total).toBe(n);
    const wrong = expected.images.filter(({ label, predicted }) => label !== predicted);
    const sure = wrong.map(({ confidence }) => confidence).sort((a, b) => b - a);
    expect(report.mistakes).toHaveLength(Math.min(100, wrong.length));
    for (const [i, { image, ...mistake }] of report.mistakes.entries()) {
      const { label, predicted, confidence } = expected.images[image]!;
      expect(mistake).toMatchObject({ label, predicted });
      expect(mistake.confidence).toBeCloseTo(confidence, 12);
      expect(mistake.confidence).toBeCloseTo(sure[i]!, 12);
    }
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('counts the true class as lost in a tie with an earlier class, never with a later one', () => {
    const scores = logits([
      [1, 1, 0],
      [1, 1, 0],
    ]);
    expect([...computeOutcomes(scores, [0, 1]).rank]).toEqual([0, 1]);
    expect([...computeOutcomes(scores, [0, 1]).predicted]).toEqual([0, 0]);
  });

  it('has everybody in the top five of fewer classes', () => {
    const { scores, labels } = randomSet(new RandomStream(2, 'test'), 50, 4);
    expect(evaluateScores(scores, labels, names(4)).top5).toEqual({ value: 1, low: 1, high: 1 });
  });

  it('takes shares of votes, and says where they rule out the truth', () => {
    const scores: ClassScores = {
      kind: 'probabilities',
      data: Float32Array.of(0.75, 0.25, 1, 0),
      count: 2,
      classes: 2,
    };
    expect(evaluateScores(scores, [0, 0], names(2)).loss).toBeCloseTo(-Math.log(0.75) / 2, 12);
    const report = evaluateScores(scores, [0, 1], names(2));
    expect(report.loss).toBeNull();
    expect(report.mistakes).toEqual([{ image: 1, label: 1, predicted: 0, confidence: 1 }]);
    expect(report.calibration.bins.at(-1)).toMatchObject({ images: 1, accuracy: 0, confidence: 1 });
  });

  it('survives logits that a float cannot raise e to', () => {
    const report = evaluateScores(logits([[5000, -5000]]), [1], names(2));
    expect(report.loss).toBe(10000);
  });

  it('refuses what it cannot evaluate', () => {
    const two = logits([[1, 2]]);
    const code = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return (error as { code?: string }).code;
      }
      return undefined;
    };
    expect(code(() => evaluateScores({ ...two, count: 0, data: two.data.slice(2) }, [], []))).toBe(
      'evaluation-empty',
    );
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(code(() => evaluateScores(logits([[bad, 1]]), [0], names(2)))).toBe(
        'evaluation-not-finite',
      );
    for (const labels of [[2], [-1], [0.5], [0, 0]])
      expect(code(() => evaluateScores(two, labels, names(2)))).toBe('evaluation-invalid');
    expect(code(() => computeOutcomes({ ...two, kind: 'probabilities' }, [0]))).toBe(
      'evaluation-invalid',
    );
    expect(code(() => computeOutcomes({ ...two, classes: 3 }, [0]))).toBe('evaluation-invalid');
  });
});

describe('bootstrap', () => {
  const share = (hits: readonly boolean[]) => (weights: Uint32Array) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return [weights.reduce((sum, weight, i) => sum + (hits[i] ? weight : 0), 0) / total];
  };

  it('gives the binomial interval of an accuracy', () => {
    const n = 1000;
    const hits = Array.from({ length: n }, (_, i) => i % 10 < 7);
    const [{ value, low, high }] = bootstrap(n, share(hits), { resamples: 4000 }) as [
      { value: number; low: number; high: number },
    ];
    const half = 1.96 * Math.sqrt((0.7 * 0.3) / n);
    expect(value).toBe(0.7);
    expect(Math.abs(low - (0.7 - half))).toBeLessThan(0.003);
    expect(Math.abs(high - (0.7 + half))).toBeLessThan(0.003);
  });

  it('covers the truth about 19 times in 20', () => {
    const stream = new RandomStream(3, 'test');
    let covered = 0;
    for (let trial = 0; trial < 300; trial++) {
      const hits = Array.from({ length: 200 }, () => stream.uniform() < 0.6);
      const [found] = bootstrap(200, share(hits), { seed: trial, resamples: 300 });
      covered += Number(found!.low <= 0.6 && found!.high >= 0.6);
    }
    expect(covered / 300).toBeGreaterThan(0.9);
    expect(covered / 300).toBeLessThan(0.985);
  });

  it('is the same for the same seed', () => {
    const { scores, labels } = randomSet(new RandomStream(4, 'test'), 80, 6);
    const run = (seed: number) => evaluateScores(scores, labels, names(6), { seed });
    expect(run(1)).toEqual(run(1));
    expect(run(1).macroF1).not.toEqual(run(2).macroF1);
  });
});
