/** Gradients that are summed while the rest of the backward pass runs, against sums after it. */
import { describe, expect, it } from 'vitest';
import type { Collectives } from '../../collectives/collectives.ts';
import { inProcessRanks } from '../../collectives/testing/in-process.ts';
import { PROCESSOR_BY_EXECUTOR } from '../../contract/device.ts';
import { parseRecipe, type Recipe } from '../../contract/recipe.ts';
import type { SettingValues } from '../../contract/settings/setting.ts';
import type { Program, RunObserver } from '../../executors/executor.ts';
import { takeTestLibrary } from '../../executors/onednn/testing/test-library.ts';
import { RandomStream } from '../../random/philox.ts';
import { compileOnRanks } from '../shared/compile-on-ranks.ts';
import { GradientSum } from '../shared/rank-sums.ts';
import {
  initialNetworks,
  type PretrainBatch,
  PretrainLearner,
  pretrainModule,
} from './pretrain-learner.ts';
import type { PretrainEntries } from './pretrain-module.ts';

const [RANKS, SHARE, PATCHES, IMAGE] = [2, 4, 16, 3 * 16 * 16];
const scalars = { lr: 1e-2, weightDecay: 0.05, emaMomentum: 0.9 };
const hasOneDnn = takeTestLibrary();

/** Of the images of one rank. */
function recipeOf(changes: SettingValues): Recipe {
  return parseRecipe({
    image_size: 16,
    patch_size: 4,
    embed_dim: 12,
    depth: 2,
    heads: 2,
    mlp_dim: 16,
    proj_dim: 8,
    mask_type: 'block',
    mask_patches: 8,
    mask_min_patches: 2,
    init_std: 0.3,
    layer_scale: 1,
    batch_size: SHARE,
    ...changes,
  });
}

function shareOf(rank: number): PretrainBatch {
  const random = new RandomStream(rank, 'test');
  const images = () => Float32Array.from({ length: SHARE * IMAGE }, () => random.normal());
  const mask = Uint8Array.from({ length: SHARE * PATCHES }, (_, i) => Number(i % PATCHES < 7));
  return { student: images(), teacher: images(), mask };
}

function compile(recipe: Recipe, ranks: Collectives) {
  const module = pretrainModule(recipe, undefined, RANKS);
  const state = initialNetworks(recipe);
  const { precision } = recipe;
  const order = { device: PROCESSOR_BY_EXECUTOR.onednn, precision, threads: 1, state };
  return { module, compiled: compileOnRanks(module, order, ranks) };
}

/** What each run of the gradients was given to tell. */
interface Observed {
  readonly observers: (RunObserver | undefined)[];
  /** Names, in the order in which they were told. */
  readonly told: string[];
}

function watched(
  program: Program<PretrainEntries>,
  overlaps: boolean,
  { observers, told }: Observed,
): Program<PretrainEntries> {
  return {
    run: (entry, feeds, observer) => {
      if (entry === 'gradients') observers.push(observer);
      return program.run(entry, feeds, {
        stateReady(names) {
          told.push(...names);
          if (overlaps) observer?.stateReady(names);
        },
      });
    },
    readState: (names) => program.readState(names),
    writeState: (tensors) => program.writeState(tensors),
    stateMemory: (names) => program.stateMemory?.(names),
    dispose: () => program.dispose(),
  };
}

async function stepsOf(changes: SettingValues, overlaps: boolean) {
  const recipe = recipeOf(changes);
  return Promise.all(
    inProcessRanks(RANKS).map(async (ranks) => {
      const observed: Observed = { observers: [], told: [] };
      const { module, compiled } = compile(recipe, ranks);
      const program = watched(await compiled, overlaps, observed);
      const names = module.state.keys();
      const learner = new PretrainLearner(program, recipe, names, undefined, ranks);
      const results = [];
      for (let i = 0; i < 2; i++) {
        const { applied, loss, gradNorm, score } = await learner.step(shareOf(ranks.rank), scalars);
        results.push({ applied, loss, gradNorm, score });
      }
      const state = await learner.readState();
      await learner.dispose();
      return { results, state, ...observed };
    }),
  );
}

describe.runIf(hasOneDnn)('sums during the backward pass', () => {
  it.each<SettingValues>([
    {},
    { micro_batch: 2 },
    { sync_batchnorm: true },
    { sync_batchnorm: true, micro_batch: 2, wire_precision: 'bfloat16' },
    { wire_precision: 'bfloat16' },
  ])('come to the bits of sums after it, with %o', async (changes) => {
    const [during, after] = [await stepsOf(changes, true), await stepsOf(changes, false)];
    for (const [rank, one] of during.entries()) {
      expect(one.results).toEqual(after[rank]!.results);
      expect(one.results.map(({ applied }) => applied)).toEqual([true, true]);
      expect(one.state).toEqual(after[rank]!.state);
      // Of several passes the last one alone.
      const isLast =
        changes['micro_batch'] === undefined ? [true, true] : [false, true, false, true];
      expect(one.observers.map((observer) => observer !== undefined)).toEqual(isLast);
      expect(one.told.some((name) => name.startsWith('grad.'))).toBe(true);
    }
  });

  it('begin before the pass ends, in buckets of the last layers first', async () => {
    const recipe = recipeOf({});
    const begun: number[] = [];
    const [norm, ...others] = await Promise.all(
      inProcessRanks(RANKS).map(async (ranks) => {
        const { module, compiled } = compile(recipe, ranks);
        const program = await compiled;
        const names = [...module.state.keys()].filter((name) => name.startsWith('grad.'));
        const counted: Collectives = {
          ...ranks,
          sum: (values) => {
            begun.push(ranks.rank);
            return ranks.sum(values);
          },
        };
        const sum = new GradientSum(counted, program, names, { bucketBytes: 1024 });
        const { student, teacher, mask } = shareOf(ranks.rank);
        const feeds = {
          ...{ studentImages: student, teacherImages: teacher, mask: Float32Array.from(mask) },
          maskedTotal: Float32Array.of(RANKS * SHARE * 7),
        };
        let last = '';
        await program.run('gradients', feeds, {
          stateReady(told) {
            last = told.at(-1)!;
            sum.stateReady(told);
            if (last.includes('blocks.1.mlp')) expect(begun).toContain(ranks.rank);
          },
        });
        expect(last).toBe('grad.cls_token');
        const squaredNorm = await sum.finish();
        await program.dispose();
        return squaredNorm;
      }),
    );
    expect(norm).toBeGreaterThan(0);
    for (const other of others) expect(other).toBe(norm);
  });
});
