import { describe, expect, it } from 'vitest';
import { LabelledSampler, type LabelledSamplerOptions } from './labelled-sampler.ts';

const sizes = (...counts: number[]) =>
  counts.flatMap((count, label) => new Array<number>(count).fill(label));
const sampler = (labels: number[], changes: Partial<LabelledSamplerOptions> = {}) =>
  new LabelledSampler({ labels, batchSize: 8, seed: 4, sampling: 'uniform', ...changes });
const epoch = (one: LabelledSampler, number: number) =>
  Array.from({ length: one.stepsPerEpoch }, (_, i) => one.batch(number * one.stepsPerEpoch + i));
const ids = (batches: { sampleIds: Uint32Array }[]) =>
  batches.flatMap(({ sampleIds }) => [...sampleIds]);

describe('uniform sampling', () => {
  it('shows every image at most once an epoch and leaves others out each time', () => {
    const one = sampler(sizes(30, 5));
    expect(one.stepsPerEpoch).toBe(4);
    const [first, second] = [ids(epoch(one, 0)), ids(epoch(one, 1))];
    expect(new Set(first).size).toBe(32);
    expect(first).not.toEqual(second);
    const shown = new Set(Array.from({ length: 30 }, (_, i) => ids(epoch(one, i))).flat());
    expect(shown.size).toBe(35);
  });

  it('fills a batch from a smaller set, each image as often as the others', () => {
    const one = sampler(sizes(2, 1), { batchSize: 8 });
    expect(one.stepsPerEpoch).toBe(1);
    const { sampleIds, repeats } = one.batch(5);
    const counts = [0, 1, 2].map((id) => sampleIds.filter((other) => other === id).length);
    expect(counts.sort()).toEqual([2, 3, 3]);
    expect([...repeats!.slice(0, 3)]).toEqual([0, 0, 0]);
    expect([...repeats!.slice(3, 6)]).toEqual([1, 1, 1]);
    expect([...repeats!.slice(6)]).toEqual([2, 2]);
  });

  it('gives any step without those before it', () => {
    const one = sampler(sizes(30, 5));
    const later = one.batch(13);
    one.batch(2);
    expect(one.batch(13)).toEqual(later);
    expect(sampler(sizes(30, 5)).batch(13)).toEqual(later);
    expect(sampler(sizes(30, 5), { seed: 5 }).batch(13)).not.toEqual(later);
  });
});

describe('balanced sampling', () => {
  it('shows each class as often in every epoch, with as many steps as uniform sampling', () => {
    const labels = sizes(900, 90, 10);
    const one = sampler(labels, { sampling: 'balanced' });
    expect(one.stepsPerEpoch).toBe(125);
    for (const number of [0, 1]) {
      const shown = ids(epoch(one, number));
      const counts = [0, 1, 2].map((label) => shown.filter((id) => labels[id] === label).length);
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(333);
      expect(Math.max(...counts)).toBeLessThanOrEqual(334);
    }
  });

  it('goes through a class before it begins again, and counts repeats', () => {
    const labels = sizes(60, 4);
    const batches = epoch(sampler(labels, { sampling: 'balanced' }), 0);
    const seen = new Map<number, number[]>();
    for (const { sampleIds, repeats } of batches)
      sampleIds.forEach((id, i) => {
        seen.set(id, [...(seen.get(id) ?? []), repeats![i]!]);
      });
    for (const id of [60, 61, 62, 63]) expect(seen.get(id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...seen.keys()].filter((id) => id < 60)).toHaveLength(32);
  });

  it('mixes the classes within batches and accepts classes without images', () => {
    const labels = [...sizes(50), ...new Array<number>(50).fill(7)];
    const { sampleIds } = sampler(labels, { sampling: 'balanced', batchSize: 32 }).batch(0);
    const ofSeven = sampleIds.filter((id) => labels[id] === 7).length;
    expect(ofSeven).toBeGreaterThan(6);
    expect(ofSeven).toBeLessThan(26);
  });
});
