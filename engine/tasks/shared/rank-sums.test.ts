import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Collectives } from '../../collectives/collectives.ts';
import { inProcessRanks } from '../../collectives/testing/in-process.ts';
import { StudioError } from '../../contract/errors.ts';
import type { StateHolder } from '../../executors/executor.ts';
import { RandomStream } from '../../random/philox.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import { GradientSum, type GradientSumOptions } from './rank-sums.ts';

const [RANKS, SIZES] = [3, [5, 1, 700, 64, 3, 129]];
const names = SIZES.map((_, i) => `grad.${i}`);

class Gradients implements StateHolder {
  readonly tensors: Map<string, HostTensor<'f32'>>;

  constructor(rank: number) {
    const random = new RandomStream(rank, 'test');
    this.tensors = new Map(
      SIZES.map((size, i) => {
        const data = Float32Array.from({ length: size }, () => random.normal() * 10 ** (i - 2));
        return [names[i]!, { dtype: 'f32', shape: [size], data }];
      }),
    );
  }

  async readState(wanted: readonly string[] = names) {
    return new Map(wanted.map((name) => [name, this.tensors.get(name)!]));
  }

  async writeState(tensors: NamedTensors) {
    for (const [name, tensor] of tensors) this.tensors.set(name, tensor as HostTensor<'f32'>);
  }
}

/** Keeps its state in two packs, of which the members of one are every second tensor. */
class GradientsInMemory extends Gradients {
  readonly #memory = new Map<string, Float32Array>();

  constructor(rank: number) {
    super(rank);
    for (const pack of [0, 1]) {
      const members = names.filter((_, i) => i % 2 === pack);
      const sizes = members.map((name) => this.tensors.get(name)!.data.length);
      const whole = new Float32Array(sizes.reduce((sum, size) => sum + size, 0));
      let end = 0;
      for (const name of members) {
        const { shape, data } = this.tensors.get(name)!;
        const own = whole.subarray(end, end + data.length);
        own.set(data);
        this.#memory.set(name, own);
        this.tensors.set(name, { dtype: 'f32', shape, data: own });
        end += data.length;
      }
    }
  }

  stateMemory(wanted: readonly string[]) {
    return new Map(wanted.map((name) => [name, this.#memory.get(name)!]));
  }

  override async readState(): Promise<never> {
    throw new Error('copied');
  }

  override async writeState(): Promise<never> {
    throw new Error('copied');
  }
}

async function summed(options: GradientSumOptions = {}, Held = Gradients) {
  const all = await Promise.all(
    inProcessRanks(RANKS).map(async (ranks) => {
      const own = new Held(ranks.rank);
      const squaredNorm = await new GradientSum(ranks, own, names, options).finish();
      return { squaredNorm, values: names.map((name) => [...own.tensors.get(name)!.data]) };
    }),
  );
  for (const each of all) expect(each).toEqual(all[0]);
  return all[0]!;
}

it('gives the same bits in buckets of any size', async () => {
  const whole = await summed();
  const own = [0, 1, 2].map((rank) => [...new Gradients(rank).tensors.values()]);
  const plain = own[0]!.map(({ data }, i) =>
    [...data].map((value, at) =>
      Math.fround(Math.fround(value + own[1]![i]!.data[at]!) + own[2]![i]!.data[at]!),
    ),
  );
  expect(whole.values).toEqual(plain);
  expect(whole.squaredNorm).toBeCloseTo(
    plain.flat().reduce((sum, value) => sum + value * value, 0),
    6,
  );
  // One tensor each, one and two in a bucket, all but the last.
  for (const bucketBytes of [1, 4 * 6, 4 * 701, 4 * 773])
    expect(await summed({ bucketBytes })).toEqual(whole);
});

it('sums where the gradients lie, without copies', async () => {
  for (const wire of ['float32', 'bfloat16'] as const)
    for (const bucketBytes of [1, 4 * 200, 4 * 1000])
      expect(await summed({ wire, bucketBytes }, GradientsInMemory)).toEqual(
        await summed({ wire, bucketBytes }),
      );
});

it('sums buckets in one order, whenever the pass of a rank finishes its gradients', async () => {
  for (const wire of ['float32', 'bfloat16'] as const) {
    const options = { wire, bucketBytes: 4 * 70 };
    const expected = await summed(options, GradientsInMemory);
    const all = await Promise.all(
      inProcessRanks(RANKS).map(async (ranks) => {
        const own = new GradientsInMemory(ranks.rank);
        const sum = new GradientSum(ranks, own, names, options);
        const random = new RandomStream(ranks.rank, 'order');
        const order = [...names].sort(() => random.normal());
        for (const name of order.slice(0, 2 * ranks.rank)) {
          sum.stateReady([name]);
          if (random.uniform() < 0.5) await setImmediate();
        }
        sum.stateReady(order.slice(2 * ranks.rank));
        const squaredNorm = await sum.finish();
        return { squaredNorm, values: names.map((name) => [...own.tensors.get(name)!.data]) };
      }),
    );
    for (const each of all) expect(each).toEqual(expected);
  }
});

it('waits with a bucket until all of it and those before it are finished', () => {
  const sums: number[] = [];
  const [ranks] = inProcessRanks(1);
  const counted: Collectives = { ...ranks!, sum: async ({ length }) => void sums.push(length) };
  const sum = new GradientSum(counted, new GradientsInMemory(0), names, { bucketBytes: 4 * 200 });
  // By the first of their tensors: 4, 2, all of the second pack (1 3 5), 0.
  const tell = (...told: string[]) => {
    sum.stateReady(told);
    return [...sums];
  };
  expect(tell('grad.2', 'grad.5', 'other')).toEqual([]);
  expect(tell('grad.4')).toEqual([3, 700]);
  expect(tell('grad.0', 'grad.3')).toEqual([3, 700]);
  expect(tell('grad.1')).toEqual([3, 700, 1 + 64 + 129, 5]);
});

it.each(['float32', 'bfloat16'] as const)(
  'reports a sum in %s that fails while the pass runs',
  async (wire) => {
    const [ranks] = inProcessRanks(1);
    const lost = new StudioError('rank-lost', 'Rank 1 ended.');
    const fail = async () => {
      throw lost;
    };
    const failing: Collectives = { ...ranks!, size: 2, sum: fail, exchange: fail };
    const begin = () => {
      const options = { wire, bucketBytes: 4 };
      const sum = new GradientSum(failing, new GradientsInMemory(0), names, options);
      sum.stateReady(names);
      return sum;
    };
    const sum = begin();
    // A pass that fails itself never asks for the sums; theirs is no unhandled rejection.
    begin();
    await setImmediate();
    await expect(sum.finish()).rejects.toBe(lost);
  },
);

it('rounds twice where gradients travel as bfloat16', async () => {
  const [exact, rounded] = [
    await summed(),
    await summed({ wire: 'bfloat16', bucketBytes: 4 * 70 }),
  ];
  const own = [0, 1, 2].map((rank) => [...new Gradients(rank).tensors.values()]);
  let differing = 0;
  for (const [i, values] of exact.values.entries())
    for (const [at, value] of values.entries()) {
      const got = rounded.values[i]![at]!;
      const addends = own.reduce((sum, tensors) => sum + Math.abs(tensors[i]!.data[at]!), 0);
      // Half a unit in the last of 8 places, of each addend and of the sum.
      expect(Math.abs(got - value)).toBeLessThanOrEqual(2 ** -8 * (addends + Math.abs(got)) * 1.01);
      differing += Number(got !== value);
    }
  expect(differing).toBeGreaterThan(500);
  expect(rounded.squaredNorm / exact.squaredNorm).toBeCloseTo(1, 2);
});

it('keeps numbers that are not finite in bfloat16', async () => {
  const { sumNarrow } = await import('../../collectives/narrow-sum.ts');
  const all = await Promise.all(
    inProcessRanks(2).map(async (ranks) => {
      const values = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, -1, 3.4e38, 1e-40);
      await sumNarrow(ranks, values);
      return [...values];
    }),
  );
  const infinity = Number.POSITIVE_INFINITY;
  expect(all).toEqual([0, 1].map(() => [Number.NaN, infinity, -2, infinity, expect.anything()]));
});
