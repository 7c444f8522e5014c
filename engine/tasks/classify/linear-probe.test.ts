import { describe, expect, it } from 'vitest';
import { predictImages } from '../../evaluation/predict-images.ts';
import { openDevice } from '../../executors/open-device.ts';
import { extractFeatures, type FeatureSet } from '../../features/features.ts';
import { initialise } from '../../nn/initialise.ts';
import { gridOf, type VitConfig, vitParameters } from '../../nn/vit.ts';
import { RandomStream } from '../../random/philox.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import { holdOut } from './hold-out.ts';
import { fitLinearProbe } from './linear-probe.ts';
import { probeClassifier } from './probe-classifier.ts';
import { PROBE_STATE, type ProbeShape, probeModule } from './probe-module.ts';

function randomSet(stream: RandomStream, count: number, width: number): FeatureSet {
  const data = Float32Array.from({ length: count * width }, () => stream.normal());
  return { layer: 1, pooling: 'mean', rows: { data, count, width } };
}

/** Softmax regression in plain loops and float64: loss and gradients of one head. */
function slopes(
  weight: readonly number[],
  bias: readonly number[],
  rows: readonly (readonly number[])[],
  labels: readonly number[],
) {
  const [C, E] = [bias.length, weight.length / bias.length];
  const dWeight = weight.map(() => 0);
  const dBias = bias.map(() => 0);
  let loss = 0;
  for (const [i, row] of rows.entries()) {
    const scores = bias.map((b, c) => row.reduce((s, x, d) => s + x * weight[c * E + d]!, b));
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    loss -= Math.log(Math.exp(scores[labels[i]!]!) / total) / rows.length;
    for (let c = 0; c < C; c++) {
      const slope = (Math.exp(scores[c]!) / total - Number(c === labels[i])) / rows.length;
      dBias[c]! += slope;
      for (let d = 0; d < E; d++) dWeight[c * E + d]! += slope * row[d]!;
    }
  }
  return { loss, dWeight, dBias };
}

describe('probeModule', () => {
  it.each(['cpu', 'reference'])('steps on %s as plain loops do', async (device) => {
    const shape: ProbeShape = {
      heads: 3,
      classes: 4,
      width: 5,
      batchSize: 6,
      momentum: 0.9,
      weightDecay: 0.02,
    };
    const rates = [0.01, 0.3, 2];
    const stream = new RandomStream(1, 'test');
    const random = (length: number) => Array.from({ length }, () => stream.normal());
    const start = new Map(
      [...probeModule(shape).state].map(([name, { shape }]): [string, HostTensor<'f32'>] => [
        name,
        { dtype: 'f32', shape, data: Float32Array.from(random(shape.reduce((a, b) => a * b))) },
      ]),
    );
    const { executor, id } = await openDevice(device);
    const program = await executor.compile(probeModule(shape), { device: id });
    await program.writeState(start);
    const value = (state: NamedTensors<'f32'>, name: string, head: number) => {
      const all = [...state.get(name)!.data];
      const size = all.length / shape.heads;
      return all.slice(head * size, (head + 1) * size);
    };
    const S = PROBE_STATE;
    const twins = rates.map((_, h) => ({
      weight: value(start, S.weight, h),
      bias: value(start, S.bias, h),
      weightVelocity: value(start, S.weightVelocity, h),
      biasVelocity: value(start, S.biasVelocity, h),
    }));
    for (let step = 0; step < 4; step++) {
      const rows = Array.from({ length: 6 }, () => random(5));
      const labels = Array.from({ length: 6 }, () => stream.integer(4));
      const results = await program.run('step', {
        features: Float32Array.from(rows.flat()),
        labels: Int32Array.from(labels),
        rates: Float32Array.from(rates),
      });
      for (const [h, twin] of twins.entries()) {
        const { loss, dWeight, dBias } = slopes(twin.weight, twin.bias, rows, labels);
        expect(results.get('loss')!.data[h]).toBeCloseTo(loss, 4);
        const move = (p: number[], v: number[], slope: number[], decay: number) => {
          for (const [i, value] of slope.entries()) {
            v[i] = 0.9 * v[i]! + value + decay * p[i]!;
            p[i]! -= rates[h]! * v[i]!;
          }
        };
        move(twin.weight, twin.weightVelocity, dWeight, 0.02);
        move(twin.bias, twin.biasVelocity, dBias, 0);
      }
    }
    const end = await program.readState();
    await program.dispose();
    for (const [h, twin] of twins.entries())
      for (const [key, expected] of Object.entries(twin))
        for (const [i, found] of value(end, S[key as keyof typeof twin], h).entries())
          expect(Math.abs(found - expected[i]!)).toBeLessThan(1e-4 * (1 + Math.abs(expected[i]!)));
  });
});

describe('fitLinearProbe', () => {
  it('reaches the optimum that plain gradient descent reaches', async () => {
    const stream = new RandomStream(2, 'test');
    const [n, E, C] = [60, 4, 3];
    const set = randomSet(stream, n, E);
    // Numbers of very different size, as features have.
    for (let i = 0; i < n * E; i++) set.rows.data[i] = 10 ** ((i % E) - 2) * set.rows.data[i]! + 3;
    const labels = Array.from({ length: n }, (_, i) =>
      stream.uniform() < 0.5 ? stream.integer(C) : Number(set.rows.data[i * E + 1]! > 3),
    );
    const decay = 0.01;
    const probe = await fitLinearProbe({
      sets: [set],
      labels,
      classes: C,
      learningRates: [0.3],
      weightDecay: decay,
      epochs: 1500,
      device: 'cpu',
    });
    expect(probe).toMatchObject({ trainImages: n, heldOutImages: 12 });
    const rows = Array.from({ length: n }, (_, i) => [
      ...set.rows.data.subarray(i * E, (i + 1) * E),
    ]);
    const column = (d: number) => rows.map((row) => row[d]!);
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / n;
    const means = Array.from({ length: E }, (_, d) => mean(column(d)));
    const deviations = means.map((m, d) => Math.sqrt(mean(column(d).map((x) => (x - m) ** 2))));
    const standard = rows.map((row) => row.map((x, d) => (x - means[d]!) / deviations[d]!));
    const weight = new Array<number>(C * E).fill(0);
    const bias = new Array<number>(C).fill(0);
    for (let step = 0; step < 20000; step++) {
      const { dWeight, dBias } = slopes(weight, bias, standard, labels);
      for (const [i, slope] of dWeight.entries()) weight[i]! -= 0.3 * (slope + decay * weight[i]!);
      for (const [i, slope] of dBias.entries()) bias[i]! -= 0.3 * slope;
    }
    const head = (name: string) => probe.head.get(name)!.data;
    for (const [i, row] of rows.entries())
      for (let c = 0; c < C; c++) {
        const found = row.reduce(
          (sum, x, d) => sum + x * head('head.weight')[c * E + d]!,
          head('head.bias')[c]!,
        );
        const expected = standard[i]!.reduce((sum, x, d) => sum + x * weight[c * E + d]!, bias[c]!);
        expect(found).toBeCloseTo(expected, 2);
      }
  });

  it('separates what can be separated, and finds the place that can', async () => {
    const stream = new RandomStream(3, 'test');
    const [n, E, C] = [300, 8, 3];
    const labels = Array.from({ length: n }, (_, i) => i % C);
    const noise = randomSet(stream, n, E);
    const clear = { ...randomSet(stream, n, E), layer: 2, pooling: 'cls' as const };
    for (const [i, label] of labels.entries()) clear.rows.data[i * E + label]! += 9;
    const probe = await fitLinearProbe({ sets: [noise, clear], labels, classes: C, epochs: 20 });
    expect(probe.chosen).toMatchObject({ layer: 2, pooling: 'cls', accuracy: 1 });
    expect(probe.trials).toHaveLength(14);
    for (const trial of probe.trials.filter(({ layer }) => layer === 1))
      expect(trial.accuracy).toBeLessThan(0.6);
  });

  it('stays at chance where the labels mean nothing', async () => {
    const stream = new RandomStream(4, 'test');
    const labels = Array.from({ length: 2000 }, () => stream.integer(4));
    const sets = [randomSet(stream, 2000, 6)];
    const { chosen } = await fitLinearProbe({ sets, labels, classes: 4, epochs: 5 });
    // Four deviations above the best of seven guesses among 400 images.
    expect(chosen.accuracy).toBeLessThan(0.25 + 4 * Math.sqrt((0.25 * 0.75) / 400));
    expect(chosen.loss).toBeGreaterThan(1.3);
  });

  it('passes over a rate at which training diverges', async () => {
    const stream = new RandomStream(5, 'test');
    const labels = Array.from({ length: 40 }, (_, i) => i % 2);
    const set = randomSet(stream, 40, 3);
    for (const [i, label] of labels.entries()) set.rows.data[i * 3]! += 6 * label;
    const request = { sets: [set], labels, classes: 2, weightDecay: 10 };
    const { chosen, trials } = await fitLinearProbe({ ...request, learningRates: [1e9, 0.01] });
    expect(trials[0]!.loss).toBeNull();
    expect(chosen.learningRate).toBe(0.01);
    expect(chosen.accuracy).toBeGreaterThan(0.9);
  });

  it('is the same for the same seed', async () => {
    const stream = new RandomStream(6, 'test');
    const labels = Array.from({ length: 50 }, () => stream.integer(3));
    const request = { sets: [randomSet(stream, 50, 4)], labels, classes: 3, epochs: 4 };
    const first = await fitLinearProbe(request);
    expect(await fitLinearProbe(request)).toEqual(first);
    expect(await fitLinearProbe({ ...request, seed: 1 })).not.toEqual(first);
  });

  it('refuses what does not fit', async () => {
    const set = randomSet(new RandomStream(7, 'test'), 4, 2);
    const request = { sets: [set], labels: [0, 1, 0, 1], classes: 2 };
    for (const bad of [{ labels: [0, 1] }, { labels: [0, 1, 2, 0] }, { sets: [] }])
      await expect(fitLinearProbe({ ...request, ...bad })).rejects.toMatchObject({
        code: 'probe-invalid',
      });
    const lonely = { sets: [set], labels: [0, 1, 2, 3], classes: 4 };
    await expect(fitLinearProbe(lonely)).rejects.toMatchObject({ code: 'probe-too-few' });
    set.rows.data[3] = Number.NaN;
    await expect(fitLinearProbe(request)).rejects.toMatchObject({ code: 'features-not-finite' });
  });
});

describe('holdOut', () => {
  it('keeps what comes from one file on one side, and draws it like one image', () => {
    // Four files of ten tiles of each class, and two images of their own.
    const labels = Array.from({ length: 82 }, (_, i) => (i < 80 ? Math.floor(i / 40) : 0));
    const fileOf = (i: number) => (i < 80 ? Math.floor(i / 10) : undefined);
    const { train, heldOut } = holdOut(labels, 2, { share: 0.25, seed: 1, fileOf });
    const sides = (rows: Int32Array) => new Set([...rows].map((i) => fileOf(i) ?? `image ${i}`));
    expect([...sides(heldOut)].filter((one) => sides(train).has(one))).toEqual([]);
    expect(sides(heldOut).size).toBe(3);
    expect(train.length + heldOut.length).toBe(82);
    const alone = holdOut(labels, 2, { share: 0.25, seed: 1 });
    expect(holdOut(labels, 2, { share: 0.25, seed: 1, fileOf: () => undefined })).toEqual(alone);
  });

  it('takes its share of every class that has two images', () => {
    const labels = [...new Array(50).fill(0), ...new Array(10).fill(1), 2, 3, 3];
    const { train, heldOut } = holdOut(labels, 5, { share: 0.2, seed: 1 });
    const count = (rows: Int32Array, c: number) => rows.filter((row) => labels[row] === c).length;
    expect([0, 1, 2, 3, 4].map((c) => count(heldOut, c))).toEqual([10, 2, 0, 1, 0]);
    expect([...train, ...heldOut].sort((a, b) => a - b)).toEqual([...labels.keys()]);
    expect([...heldOut]).toEqual([...heldOut].sort((a, b) => a - b));
    expect(holdOut(labels, 5, { share: 0.2, seed: 2 }).heldOut).not.toEqual(heldOut);
  });
});

describe('probeClassifier', () => {
  const vit: VitConfig = {
    channels: 3,
    imageSize: [8, 8],
    patchSize: 4,
    embedDim: 12,
    depth: 3,
    heads: 2,
    mlpRatio: 2,
    layerScale: 0.5,
    relPos: 'shared',
    absPos: false,
  };
  const network = initialise(vitParameters(vit), {
    seed: 1,
    std: 0.3,
    grid: gridOf(vit),
    relPosInit: 'distance',
  });
  const IMAGES = 24;
  const size = 3 * 8 * 8;
  const stream = new RandomStream(8, 'test');
  const labels = Array.from({ length: IMAGES }, (_, i) => i % 3);
  const pixels = Float32Array.from(
    { length: IMAGES * size },
    (_, i) => stream.normal() + labels[Math.floor(i / size)]!,
  );
  const source = {
    images: IMAGES,
    load: async (from: number, to: number) => pixels.subarray(from * size, to * size),
  };

  it.each([
    ['cls', 'norm'],
    ['mean', 'norm'],
    ['cls', 'fc_norm'],
    ['mean', 'fc_norm'],
  ] as const)('does to images what the probe does to features: %s, %s', async (pooling, norm) => {
    const named = new Map(
      [...network].map(([name, tensor]) => [name.replace(/^norm\./, `${norm}.`), tensor]),
    );
    const request = { ...source, vit, networks: [named], layers: [2], poolings: [pooling] };
    const [sets] = await extractFeatures(request);
    const probe = await fitLinearProbe({ sets: sets!, labels, classes: 3, epochs: 10 });
    const { config, tensors } = probeClassifier(vit, named, probe.chosen, probe.head);
    const { data, width } = sets![0]!.rows;
    const [weight, bias] = ['weight', 'bias'].map((n) => probe.head.get(`head.${n}`)!.data);
    for (const device of ['reference', 'cpu']) {
      const { scores } = await predictImages({ ...source, config, tensors, device });
      for (const [i, logit] of scores.data.entries()) {
        const [image, c] = [Math.floor(i / 3), i % 3];
        let expected = Number(bias![c]);
        for (let d = 0; d < width; d++)
          expected += data[image * width + d]! * Number(weight![c * width + d]);
        expect(logit).toBeCloseTo(expected, 3);
      }
    }
  });
});
