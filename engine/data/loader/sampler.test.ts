import { expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { Sampler } from './sampler.ts';

it('draws each sample once an epoch, in the order of a shuffled list', () => {
  const sampler = new Sampler({ count: 10, batchSize: 3, seed: 5 });
  const list = new RandomStream(5, 'order', 1).shuffle(
    Uint32Array.from({ length: 10 }, (_, i) => i),
  );
  const drawn = [3, 4, 5].flatMap((step) => [...sampler.batch(step).sampleIds]);
  expect(drawn).toEqual([...list.slice(0, 9)]);
  expect(sampler.batch(3).epoch).toBe(1);
});

it('draws of ten million samples without a list, from any step', () => {
  const count = 10_000_000;
  const options = { count, batchSize: 512, seed: 9 };
  const sampler = new Sampler(options);
  const seen = new Set<number>();
  for (let step = 0; step < 40; step++)
    for (const id of sampler.batch(step).sampleIds) seen.add(id);
  expect(seen.size).toBe(40 * 512);
  expect(new Sampler(options).batch(17)).toEqual(sampler.batch(17));
  expect(sampler.batch(sampler.stepsPerEpoch).sampleIds).not.toEqual(sampler.batch(0).sampleIds);
});
