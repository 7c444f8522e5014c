/** The probe set of a pre-training: images of it that are drawn by the seed, as its first epoch shows them. */
import { type Recipe, recipeGeometry } from '../../contract/recipe.ts';
import { flatShare } from '../../insight/flat-images.ts';
import { RandomStream } from '../../random/philox.ts';
import { pairPlan } from './batches.ts';
import { recipeMask } from './masks.ts';
import type { ProbeSet, RenderPairs } from './probe.ts';

/** Most images of a probe set. */
export const PROBE_IMAGES = 32;

/** Different samples, a function of the seed and their number alone; ascending. */
export function probeIds(seed: number, count: number): number[] {
  const random = new RandomStream(seed, 'insight');
  const ids = new Set<number>();
  const wanted = Math.min(PROBE_IMAGES, count);
  while (ids.size < wanted) ids.add(random.integer(count));
  return [...ids].sort((a, b) => a - b);
}

export async function openProbeSet(
  recipe: Recipe,
  count: number,
  render: RenderPairs,
): Promise<ProbeSet> {
  const { rows, cols, patches } = recipeGeometry(recipe);
  const ids = probeIds(recipe.seed, count);
  const [student, teacher] = await render(ids, pairPlan(recipe));
  const mask = new Uint8Array(ids.length * patches);
  for (const [i, id] of ids.entries()) mask.set(recipeMask(recipe, 0, id), i * patches);
  const flat = flatShare(student, ids.length, recipe.channels);
  return { ids, images: ids.length, rows, cols, student, teacher, mask, flat };
}
