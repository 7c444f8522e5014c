// Every task's graphs in bfloat16: narrow values take half of the memory of wide ones, so places and casts differ
// from those in float32. A value that is overwritten while it is still to be read is wrong in whole parts, where
// rounding alone changes each element a little.
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Recipe } from '../../contract/recipe.ts';
import type { SettingValues } from '../../contract/settings/setting.ts';
import { RECIPES, type RecipeKind, type RecipeOf } from '../../contract/tasks.ts';
import type { Entries, Module } from '../../ir/types.ts';
import { TIMED_TASKS, type TimedTask, timedStep } from '../../measure/timed-step.ts';
import { loadRecipeOf } from '../../recipes/load.ts';
import { PRESET_NAMES, type PresetName } from '../../recipes/presets.ts';
import { scheduleGraph } from '../../schedule/schedule-graph.ts';
import { checkMemory } from '../../schedule/testing/check-memory.ts';
import { objectModule } from '../../tasks/objects/object-learner.ts';
import { pretrainModule } from '../../tasks/pretrain/pretrain-learner.ts';
import { segmentModule } from '../../tasks/segment/segment-learner.ts';
import { classifierModule } from '../../tasks/shared/classifier-learner.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import type { Feeds, Program, UntypedProgram } from '../executor.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { ONEDNN_DEVICE } from './devices.ts';
import { onednnExecutor } from './onednn.ts';
import { compileInBfloat16 } from './testing/in-bfloat16.ts';
import { takeTestLibrary } from './testing/test-library.ts';
import { ONEDNN_KERNELS, prepareOnednnGraph } from './traits.ts';

const CLASSES = 7;

const MODULES: { readonly [K in RecipeKind]: (recipe: RecipeOf<K>) => Module } = {
  pretrain: (recipe) => pretrainModule(recipe),
  finetune: (recipe) => classifierModule(recipe, CLASSES),
  multilabel: (recipe) => classifierModule(recipe, CLASSES),
  segment: (recipe) => segmentModule(recipe, CLASSES),
  detect: (recipe) => objectModule(recipe, CLASSES, ONEDNN_DEVICE),
  instances: (recipe) => objectModule(recipe, CLASSES, ONEDNN_DEVICE),
};
const KINDS = Object.keys(MODULES) as RecipeKind[];

const moduleOf = (kind: RecipeKind, recipe: unknown) =>
  (MODULES[kind] as (recipe: unknown) => Module)(recipe);

describe.each(PRESET_NAMES)('the schedules of %s', (name) => {
  it.each(KINDS)('for %s write over nothing that is still to be read', (kind) => {
    // Four blocks are those of the whole network, whose further ones repeat them.
    const { recipe } = loadRecipeOf(kind, name, { batch_size: 2, depth: 4 });
    for (const graph of Object.values(moduleOf(kind, recipe).entries))
      checkMemory(
        scheduleGraph(
          prepareOnednnGraph(graph, { precision: 'bfloat16', normalisesColumns: true }),
          ONEDNN_KERNELS,
        ),
      );
  });
});

const [SIDE, B] = [32, 2];
/** Of networks whose step takes the slow reference less than two seconds. */
const SMALL: SettingValues = {
  image_size: SIDE,
  patch_size: 8,
  mask_cell: 16,
  embed_dim: 24,
  depth: 4,
  heads: 3,
  mlp_dim: 40,
  proj_dim: 16,
  batch_size: B,
  auxiliary_channels: 8,
  queries: 5,
  query_blocks: 2,
  mask_points: 32,
  // Values of about one everywhere, so that each part of the network counts.
  init_std: 0.2,
  layer_scale: 1,
};

function smallRecipe<K extends RecipeKind>(kind: K, name: PresetName): RecipeOf<K> {
  const known = Object.entries(SMALL).filter(([key]) =>
    (RECIPES[kind].keys as readonly string[]).includes(key),
  );
  return loadRecipeOf(kind, name, Object.fromEntries(known)).recipe;
}

interface Difference {
  readonly where: string;
  /** root of the mean square of what differs, beside that of the truth */
  readonly error: number;
  /** the same of what rounding to bfloat16 changes */
  readonly rounding: number;
}

/** A program on oneDNN beside those of the reference, which begin each run with the state of the first. */
class ComparedPrograms implements UntypedProgram {
  readonly found: Difference[] = [];
  readonly #program: Program;
  readonly #rounded: Program;
  readonly #exact: Program;

  constructor(program: Program, rounded: Program, exact: Program) {
    this.#program = program;
    this.#rounded = rounded;
    this.#exact = exact;
  }

  async run(entry: string, feeds: Feeds) {
    const state = await this.#program.readState();
    const [got, rounded, exact] = [this.#program, this.#rounded, this.#exact].map(
      async (program): Promise<NamedTensors> => {
        await program.writeState(state);
        const results = await program.run(entry, feeds as never);
        return new Map([...results, ...(await program.readState())] as never);
      },
    ) as [Promise<NamedTensors>, Promise<NamedTensors>, Promise<NamedTensors>];
    const results = await got;
    const truth = await rounded;
    for (const [name, { data }] of await exact) {
      const want = truth.get(name)!.data;
      const [error, rounding] = [relative(results.get(name)!.data, want), relative(want, data)];
      this.found.push({ where: `${name} of ${entry}`, error, rounding });
    }
    return results as never;
  }

  readState(names?: readonly string[]) {
    return this.#program.readState(names);
  }

  writeState(tensors: NamedTensors) {
    return this.#program.writeState(tensors);
  }

  dispose() {
    return this.#program.dispose();
  }
}

function relative(got: ArrayLike<number | bigint>, want: ArrayLike<number | bigint>): number {
  let [wrong, all] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    const value = Number(want[i]);
    wrong += (Number(got[i]) - value) ** 2;
    all += value ** 2;
  }
  return wrong === 0 ? 0 : Math.sqrt(wrong / all);
}

const scalars = { lr: 1e-3, weightDecay: 0.05, emaMomentum: 0.99 };

describe.runIf(takeTestLibrary())('a step in bfloat16 on oneDNN', () => {
  afterAll(() => vi.restoreAllMocks());

  // The other presets differ from these in sizes and rates.
  const cases = TIMED_TASKS.flatMap((kind) =>
    (['micro', 'small'] as const).map((name) => [kind, name] as const),
  );

  it.each(cases)('of %s with %s rounds as the reference does', async (kind, name) => {
    const recipe = smallRecipe(kind, name);
    const programs: ComparedPrograms[] = [];
    vi.spyOn(onednnExecutor, 'compile').mockImplementation(
      async <E extends Entries>(module: Module<E>) => {
        const rounded = await referenceExecutor.compile(module, { precision: 'bfloat16' });
        const exact = await referenceExecutor.compile(module);
        const both = new ComparedPrograms(
          compileInBfloat16(module),
          rounded as Program,
          exact as Program,
        );
        programs.push(both);
        return both as unknown as Program<E>;
      },
    );
    const { open, batch } = await timedStep(kind as TimedTask, recipe as Recipe);
    const learner = await open({ device: ONEDNN_DEVICE });
    await learner.step(batch, scalars);
    await learner.dispose();
    const found = programs.flatMap((one) => one.found);
    // A hundredth of a tensor that is wrong exceeds this.
    const far = found.filter(({ error, rounding }) => !(error < 3 * rounding + 0.15));
    expect(found.length).toBeGreaterThan(50);
    expect(far).toEqual([]);
  });
});
