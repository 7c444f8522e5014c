/** The step of a network with a head: what its module takes of a recipe, and how it is compiled. */
import type { Collectives } from '../../collectives/collectives.ts';
import { SINGLE } from '../../collectives/single.ts';
import type { SyncSettings } from '../../contract/settings/shared.ts';
import type { Program } from '../../executors/executor.ts';
import type { Entries, Graph, Module } from '../../ir/types.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { CLASSIFIER_STATE, type HeadStepOptions } from './classifier-module.ts';
import { compileOnRanks } from './compile-on-ranks.ts';
import { type StepRecipe, stepOptions } from './network-learner.ts';
import { type GroupRecipe, groupOf } from './parameter-groups.ts';

export interface HeadLearnerOptions<Recipe> {
  readonly recipe: Recipe;
  readonly classes: number;
  /** initial tensors */
  readonly start: NamedTensors;
  readonly device?: string;
  readonly threads?: number;
  /** Share each batch of the recipe; alone when left out. */
  readonly ranks?: Collectives | undefined;
}

/** @param ranks that share a batch; the recipe is that of each one's share */
export function headStepOptions(
  recipe: StepRecipe & Partial<SyncSettings> & GroupRecipe & { readonly drop_path: number },
  ranks = 1,
): Required<HeadStepOptions> {
  return {
    ...stepOptions(recipe, ranks),
    dropPath: recipe.drop_path > 0,
    groupOf: (name, shape) => groupOf(recipe, name, shape),
  };
}

/**
 * Compile a step for a device and write the initial weights to it.
 * @throws StudioError `device-unknown`, `device-unavailable`, `precision-unavailable`
 */
export function compileStep<E extends Entries & { readonly gradients: Graph }>(
  module: Module<E>,
  { recipe: { precision }, start, device, threads, ranks }: HeadLearnerOptions<StepRecipe>,
): Promise<Program<E>> {
  const state = new Map(
    [...start].map(([name, tensor]) => [CLASSIFIER_STATE.model + name, tensor]),
  );
  return compileOnRanks(module, { device, precision, threads, state }, ranks ?? SINGLE);
}
