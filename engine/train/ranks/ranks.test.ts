/** What rank 0 tells the others, with ranks within one process. */
import { describe, expect, it } from 'vitest';
import type { Collectives } from '../../collectives/collectives.ts';
import { inProcessRanks } from '../../collectives/testing/in-process.ts';
import { StudioError } from '../../contract/errors.ts';
import type { Learner, StepScalars } from '../../tasks/learner.ts';
import type { TrainingLoader } from '../../tasks/training-loader.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { followLeader } from './follower.ts';
import { COMPARED_EVERY, RankLeader } from './leader.ts';
import { refuseRanks } from './open-on-ranks.ts';
import { allAreReady, sharePlan } from './rank-plan.ts';
import { SumSwitch } from './sum-switch.ts';

const scalars = { lr: 0.1, weightDecay: 0, emaMomentum: 0.9 };

/** Keeps the batches that it has seen, and a state of one number. */
class Recorder implements Learner<string> {
  readonly seen: string[] = [];
  weight = 0;

  async step(batch: string, { lr }: StepScalars) {
    this.seen.push(batch);
    this.weight += lr;
    return { applied: true, loss: 1, gradNorm: 1, score: 0, learningMs: 0 };
  }

  async readState(): Promise<NamedTensors> {
    return new Map([
      ['student.w', { dtype: 'f64', shape: [1], data: Float64Array.of(this.weight) }],
      [
        'student.bn.running_mean',
        { dtype: 'f64', shape: [1], data: Float64Array.of(Math.random()) },
      ],
    ]);
  }

  async writeState(state: NamedTensors) {
    this.weight = Number(state.get('student.w')!.data[0]);
  }

  async dispose() {}
}

/** Loaders of shares by rank, and how often each was opened. */
function sharesOf(rank: number, opened: number[], broken = -1) {
  return async (startStep: number): Promise<TrainingLoader<string>> => {
    opened.push(startStep);
    let step = startStep;
    return {
      stepsPerEpoch: 10,
      async next() {
        if (step === broken) throw new StudioError('data-closed', `Rank ${rank} has no images.`);
        const replaced = [{ path: `${rank}-${step}`, reason: 'r', substitute: 's' }];
        const data = `batch ${step} of rank ${rank}`;
        const loaded = { step, epoch: 0, images: 2, waitMs: rank, replaced, data };
        step++;
        return loaded;
      },
      async close() {},
    };
  };
}

interface Crew {
  readonly leader: RankLeader<string>;
  readonly learners: readonly Recorder[];
  readonly opened: readonly number[][];
  readonly followed: Promise<unknown>;
}

function crewOf(size: number, broken?: { rank: number; step: number }): Crew {
  const ranks = inProcessRanks(size);
  const learners = ranks.map(() => new Recorder());
  const opened: number[][] = ranks.map(() => []);
  const openOf = (rank: number) =>
    sharesOf(rank, opened[rank]!, broken?.rank === rank ? broken.step : undefined);
  const leader = new RankLeader(ranks[0]!, learners[0]!, openOf(0));
  const followed = Promise.all(
    ranks
      .slice(1)
      .map((each) =>
        followLeader(each, new SumSwitch(each), learners[each.rank]!, openOf(each.rank)),
      ),
  );
  return { leader, learners, opened, followed };
}

describe('rank 0', () => {
  it('has all load and compute, and tells of the images of all', async () => {
    const { leader, learners, followed } = crewOf(3);
    const loader = await leader.openLoader(4);
    const batch = await loader.next();
    expect(batch).toMatchObject({ step: 4, images: 6, waitMs: 2, data: 'batch 4 of rank 0' });
    expect(batch.replaced.map(({ path }) => path)).toEqual(['0-4', '1-4', '2-4']);
    await leader.step(batch.data, scalars);
    await leader.dispose();
    await followed;
    expect(learners.map(({ seen }) => seen)).toEqual([
      ['batch 4 of rank 0'],
      ['batch 4 of rank 1'],
      ['batch 4 of rank 2'],
    ]);
  });

  it('knows how fast each rank is once all have computed', async () => {
    const { leader, followed } = crewOf(2);
    const loader = await leader.openLoader(0);
    for (let i = 0; i < 3; i++) {
      expect(leader.takeSpeeds()).toBeUndefined();
      await leader.step((await loader.next()).data, scalars);
    }
    const speeds = leader.takeSpeeds()!;
    expect(speeds.map(({ rank }) => rank)).toEqual([0, 1]);
    expect(speeds.every(({ imagesPerSecond }) => imagesPerSecond > 0)).toBe(true);
    await leader.dispose();
    await followed;
  });

  it('measures a step with the first batch, which all then train on in the same state', async () => {
    const { leader, learners, opened, followed } = crewOf(2);
    learners[0]!.weight = 7;
    const sums = { off: <T>(work: () => Promise<T>) => work() };
    expect(await leader.measureStep(sums, 4, scalars)).toBeGreaterThanOrEqual(0);
    expect(learners.map(({ weight }) => weight)).toEqual([7, 7]);
    const measured = learners.map(({ seen }) => seen.splice(0).length);
    expect(measured.every((steps) => steps > 0)).toBe(true);
    const loader = await leader.openLoader(4);
    for (let i = 0; i < 2; i++) await leader.step((await loader.next()).data, scalars);
    await leader.dispose();
    await followed;
    expect(learners[1]!.seen).toEqual([4, 5].map((step) => `batch ${step} of rank 1`));
    expect(opened).toEqual([[4], [4]]);
  });

  it('measures nothing where the first batch cannot be loaded, which the loop then tells', async () => {
    const { leader, followed } = crewOf(2, { rank: 1, step: 0 });
    const sums = { off: <T>(work: () => Promise<T>) => work() };
    expect(await leader.measureStep(sums, 0, scalars)).toBeUndefined();
    const loader = await leader.openLoader(0);
    await expect(loader.next()).rejects.toMatchObject({ code: 'data-closed' });
    await leader.dispose();
    await followed;
  });

  it('goes back with all, and leaves a batch out on all', async () => {
    const { leader, learners, opened, followed } = crewOf(2);
    let loader = await leader.openLoader(0);
    await leader.step((await loader.next()).data, scalars);
    // Loaded and left out.
    await loader.next();
    await leader.step((await loader.next()).data, scalars);
    await loader.close();
    await leader.writeState(await leader.readState());
    loader = await leader.openLoader(1);
    await leader.step((await loader.next()).data, scalars);
    await leader.dispose();
    await followed;
    expect(learners[1]!.seen).toEqual([0, 2, 1].map((step) => `batch ${step} of rank 1`));
    expect(opened[1]).toEqual([0, 1]);
    expect(learners[1]!.weight).toBe(learners[0]!.weight);
  });

  it('gives all its state', async () => {
    const { leader, learners, followed } = crewOf(2);
    learners[0]!.weight = 7;
    await leader.shareState();
    await leader.dispose();
    await followed;
    expect(learners[1]!.weight).toBe(7);
  });

  it('hears why another rank cannot load, and can still save', async () => {
    const { leader, followed } = crewOf(2, { rank: 1, step: 1 });
    const loader = await leader.openLoader(0);
    await loader.next();
    await expect(loader.next()).rejects.toMatchObject({
      code: 'data-closed',
      message: 'Rank 1 has no images.',
    });
    expect([...(await leader.readState()).keys()]).toContain('student.w');
    await leader.dispose();
    await followed;
  });

  it('notices weights that another rank does not have between checkpoints', async () => {
    const { leader, learners, followed } = crewOf(3);
    const loader = await leader.openLoader(0);
    const step = async () => leader.step((await loader.next()).data, scalars);
    for (let i = 1; i < COMPARED_EVERY; i++) await step();
    // One rank is off by the last bit, as after an error of its memory.
    learners[1]!.weight += 2e-15;
    await expect(step()).rejects.toMatchObject({
      code: 'ranks-diverged',
      message: expect.stringContaining('The networks of rank 1 are not those of rank 0'),
    });
    await leader.dispose();
    await followed;
    expect(learners.map(({ seen }) => seen.length)).toEqual([100, 100, 100]);
  });

  it('saves no state that another rank does not have', async () => {
    const { leader, learners, followed } = crewOf(3);
    learners[2]!.weight = 1e-7;
    await expect(leader.readState()).rejects.toMatchObject({
      code: 'ranks-diverged',
      message: expect.stringContaining('The networks of rank 2 are not those of rank 0'),
      details: { ranks: [2] },
    });
    await leader.dispose();
    await followed;
  });
});

it('is not trained by itself on each of several ranks', () => {
  const [ranks] = inProcessRanks(2);
  const refused = { code: 'ranks-unsupported', details: { ranks: 2 } };
  const codeOf = (...given: Parameters<typeof refuseRanks>) => {
    try {
      refuseRanks(...given);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  // A task that one process trains, and a command that knows nothing of ranks.
  expect(codeOf(ranks, false)).toMatchObject(refused);
  expect(codeOf(undefined, true, { PMI_SIZE: '2' })).toMatchObject(refused);
  expect(codeOf(ranks, true)).toBeUndefined();
  expect(codeOf(undefined, false, {})).toBeUndefined();
});

describe('a run begins on all ranks', () => {
  const onAll = <T>(size: number, work: (ranks: Collectives) => Promise<T>) =>
    Promise.allSettled(inProcessRanks(size).map(work));

  it('with one plan', async () => {
    const task = { kind: 'pretrain' } as const;
    const read = {
      source: {},
      recipe: {},
      scan: 'full',
      device: 'cpu',
      precision: 'float32',
    } as const;
    const plan = { workspace: 'w', task, ...read };
    const heard = await onAll(3, (ranks) =>
      sharePlan(ranks, ranks.rank === 0 ? { ...plan, fingerprint: 'f' } : undefined),
    );
    for (const each of heard)
      expect(each).toMatchObject({ value: { plan: { ...plan, fingerprint: 'f' } } });
  });

  it('or on none, and all know which rank cannot', async () => {
    const failure = new StudioError('folder-missing', 'The folder x is not there.').toJSON();
    const all = await onAll(3, (ranks) =>
      allAreReady(ranks, ranks.rank === 2 ? { error: failure } : { device: 'cpu', threads: 2 }),
    );
    for (const each of all)
      expect(each).toMatchObject({
        status: 'rejected',
        reason: {
          code: 'rank-failed',
          message: expect.stringMatching(/^Rank 2 on .+ cannot take part: The folder x is not/),
        },
      });
  });
});
