/** The network as it was before training, to set a trained one beside it. */
import { parseRecipe } from '../contract/recipe.ts';
import type { Model } from '../models/model.ts';
import { networkConfig } from '../nn/conmim-network.ts';
import { initialise } from '../nn/initialise.ts';
import { STATE_PREFIXES } from '../nn/state-prefixes.ts';
import { gridOf, vitParameters } from '../nn/vit.ts';
import { initialNetworks } from '../tasks/pretrain/pretrain-learner.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';

export interface Untrained {
  readonly seed: number;
  readonly tensors: NamedTensors;
}

/** The authors' deviation of weights. */
const STD = 0.02;

/**
 * Of a pre-training the tensors that it began with. Other networks are drawn anew, by the seed of their
 * recipe where there is one.
 */
export function untrainedNetwork({ vit, about }: Pick<Model, 'vit' | 'about'>): Untrained {
  const { recipe, network } = about;
  if (recipe !== undefined && network !== undefined) {
    const parsed = parseRecipe(recipe);
    if (JSON.stringify(networkConfig(parsed).vit) === JSON.stringify(vit))
      return { seed: parsed.seed, tensors: trunkOf(initialNetworks(parsed)) };
  }
  const given = recipe?.['seed'];
  const seed = typeof given === 'number' ? given : 0;
  const relPosInit = recipe?.['rel_pos_init'] === 'distance' ? 'distance' : 'zero';
  const std = recipe?.['init_std'];
  const specs = vitParameters(vit, { maskToken: false, norm: true });
  const options = { seed, std: typeof std === 'number' ? std : STD, grid: gridOf(vit), relPosInit };
  return { seed, tensors: initialise(specs, { ...options, relPosInit }) };
}

function trunkOf(state: NamedTensors): NamedTensors {
  const prefix = STATE_PREFIXES.student;
  return new Map(
    [...state]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}
