/** A random batch for timing, with masks of the recipe. */

import type { Recipe } from '../contract/recipe.ts';
import { networkConfig } from '../nn/conmim-network.ts';
import { imageElements } from '../nn/image-shape.ts';
import { gridOf } from '../nn/vit.ts';
import { RandomStream } from '../random/philox.ts';
import { recipeMask } from '../tasks/pretrain/masks.ts';
import type { PretrainBatch } from '../tasks/pretrain/pretrain-learner.ts';

/** Values do not affect the time of a step. */
export function randomBatch(recipe: Recipe): PretrainBatch {
  const { vit } = networkConfig(recipe);
  const B = recipe.batch_size;
  const images = (id: number) => {
    const random = new RandomStream(recipe.seed, 'probe', id);
    return Float32Array.from({ length: B * imageElements(vit) }, () => random.between(-1, 1));
  };
  const { patches } = gridOf(vit);
  const mask = new Uint8Array(B * patches);
  for (let i = 0; i < B; i++) mask.set(recipeMask(recipe, 0, i), i * patches);
  return { student: images(0), teacher: images(1), mask };
}
