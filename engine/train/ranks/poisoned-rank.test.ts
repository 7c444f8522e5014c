/** A run whose second rank computes NaN for some steps, against one process that has the whole batch. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Collectives } from '../../collectives/collectives.ts';
import { inProcessRanks } from '../../collectives/testing/in-process.ts';
import { parseRecipe } from '../../contract/recipe.ts';
import { RandomStream } from '../../random/philox.ts';
import type { TrainingEvent } from '../../runs/events.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import { RunSession } from '../../runs/run-session.ts';
import type { Learner } from '../../tasks/learner.ts';
import {
  createPretrainLearner,
  type PretrainBatch,
} from '../../tasks/pretrain/pretrain-learner.ts';
import type { TrainingLoader } from '../../tasks/training-loader.ts';
import { runTraining } from '../loop/loop.ts';
import { regressionOptions } from '../testing/crash-worker.ts';
import { followLeader } from './follower.ts';
import { type OpenShare, RankLeader } from './leader.ts';
import { SumSwitch } from './sum-switch.ts';

const [RANKS, SHARE, STEPS, PATCHES] = [2, 2, 12, 16];
const IMAGE = 3 * 16 * 16;
/** One that is left out, and later as many in a row as cause a rewind. */
const POISONED = [2, 6, 7, 8, 9, 10];
const recipe = parseRecipe({
  ...{ image_size: 16, patch_size: 4, embed_dim: 16, depth: 1, heads: 2, mlp_dim: 24 },
  ...{ proj_dim: 12, mask_type: 'block', mask_patches: 8, mask_min_patches: 2 },
  ...{ batch_size: RANKS * SHARE, micro_batch: SHARE, init_std: 0.3, seed: 5 },
});

let workspace: string;
beforeAll(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-poisoned-'));
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

function shareOf(rank: number, step: number): PretrainBatch {
  const random = new RandomStream(10 * step + rank, 'test');
  const student = Float32Array.from({ length: SHARE * IMAGE }, () => random.normal());
  const teacher = student.map((x) => Math.fround(x + 0.3 * random.normal()));
  if (rank === 1 && POISONED.includes(step)) student[0] = Number.NaN;
  const mask = Uint8Array.from({ length: SHARE * PATCHES }, (_, i) => Number(i % PATCHES < 6));
  return { student, teacher, mask };
}

function wholeBatch(step: number): PretrainBatch {
  const shares = Array.from({ length: RANKS }, (_, rank) => shareOf(rank, step));
  return {
    student: Float32Array.from(shares.flatMap(({ student }) => [...student])),
    teacher: Float32Array.from(shares.flatMap(({ teacher }) => [...teacher])),
    mask: Uint8Array.from(shares.flatMap(({ mask }) => [...mask])),
  };
}

const openBy =
  (batchAt: (step: number) => PretrainBatch): OpenShare<PretrainBatch> =>
  async (startStep): Promise<TrainingLoader<PretrainBatch>> => {
    let step = startStep;
    const next = async () => {
      const loaded = { step, epoch: 0, images: SHARE, waitMs: 0, replaced: [] };
      return { ...loaded, data: batchAt(step++) };
    };
    return { stepsPerEpoch: 100, next, close: async () => {} };
  };

async function train(
  learner: Learner<PretrainBatch>,
  openLoader: (startStep: number) => Promise<TrainingLoader<PretrainBatch>>,
): Promise<TrainingEvent[]> {
  const dataset = { folders: [], images: 4, fingerprint: '' };
  const made = { name: 'Poisoned', kind: 'pretrain', totalSteps: STEPS, device: 'cpu' } as const;
  const run = await RunFolder.create(workspace, { ...made, recipe: {}, dataset, versions: {} });
  const events: TrainingEvent[] = [];
  const session = await RunSession.open(run, { onEvent: (event) => events.push(event) });
  const { score, schedules } = regressionOptions(session, STEPS);
  await runTraining({
    ...{ session, totalSteps: STEPS, openLoader, learner, schedules, score },
    ...{ checkpointEvery: 5, keepLast: 2, keepEvery: 0 },
    start: { step: 0, skippedBatches: [], failedInARow: 0 },
    interruptSource: { on() {}, off() {} },
  });
  await learner.dispose();
  return events;
}

const create = (ranks?: Collectives) => createPretrainLearner({ recipe, device: 'cpu', ranks });
const [STEP, DECISION] = ['step', ['warning', 'rewind', 'status']] as const;

it('is skipped and rewound as one process would, and goes on with equal weights', async () => {
  const [zero, one] = inProcessRanks(RANKS) as [Collectives, Collectives];
  const leader = new RankLeader(
    zero,
    await create(zero),
    openBy((step) => shareOf(0, step)),
  );
  const follower = await create(one);
  const following = followLeader(
    one,
    new SumSwitch(one),
    follower,
    openBy((step) => shareOf(1, step)),
  );
  // Each checkpoint compares the networks of all ranks.
  const events = await train(leader, leader.openLoader);
  await following;
  const alone = await train(await create(), (start) =>
    openBy(wholeBatch)(start, { rank: 0, size: 1 }),
  );
  const decisions = (all: readonly TrainingEvent[]) =>
    all
      .filter(({ type }) => (DECISION as readonly string[]).includes(type))
      .map((each) => ({ ...each, time: undefined }));
  expect(decisions(events)).toEqual(decisions(alone));
  expect(decisions(events)).toContainEqual(expect.objectContaining({ type: 'rewind', toStep: 5 }));
  const steps = (all: readonly TrainingEvent[]) => all.filter((each) => each.type === STEP);
  expect(steps(events).map(({ step }) => step)).toEqual(steps(alone).map(({ step }) => step));
  for (const [i, { loss }] of steps(alone).entries())
    expect(steps(events)[i]!.loss).toBeCloseTo(loss, 4);
  await follower.dispose();
});
