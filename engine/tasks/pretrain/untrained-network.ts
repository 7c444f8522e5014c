/** The network as a run of a recipe starts with it, for comparisons with what training gives. */
import type { Recipe } from '../../contract/recipe.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { initialNetworks } from './pretrain-learner.ts';

const PREFIX = 'student.';

export function untrainedNetwork(recipe: Recipe): NamedTensors {
  return new Map(
    [...initialNetworks(recipe)]
      .filter(([name]) => name.startsWith(PREFIX))
      .map(([name, tensor]) => [name.slice(PREFIX.length), tensor]),
  );
}
