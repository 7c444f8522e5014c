/** Images of noise with masks, for networks of 16 patches that probes look at. */
import { type Recipe, recipeGeometry } from '../../../contract/recipe.ts';
import { RandomStream } from '../../../random/philox.ts';
import { recipeMask } from '../masks.ts';
import type { ProbeSet } from '../probe.ts';

/** Settings of a network whose step takes milliseconds. */
export const TINY = {
  image_size: 16,
  patch_size: 4,
  embed_dim: 16,
  depth: 2,
  heads: 2,
  mlp_dim: 24,
  proj_dim: 12,
  mask_type: 'random_mps32',
  mask_cell: 4,
  mask_ratio: 0.5,
  batch_size: 6,
  init_std: 0.3,
  layer_scale: 1,
  seed: 5,
} as const;

/** The teacher sees the images of the student with noise added. */
export function probeSetOf(recipe: Recipe, images: number, seed = 1): ProbeSet {
  const { patches, rows, cols } = recipeGeometry(recipe);
  const random = new RandomStream(seed, 'test');
  const student = Float32Array.from({ length: images * 3 * 256 }, () => random.normal());
  const mask = new Uint8Array(images * patches);
  for (let i = 0; i < images; i++) mask.set(recipeMask(recipe, 0, i), i * patches);
  const teacher = student.map((x) => Math.fround(x + 0.3 * random.normal()));
  return { ids: [...Array(images).keys()], images, rows, cols, student, teacher, mask, flat: 0 };
}
