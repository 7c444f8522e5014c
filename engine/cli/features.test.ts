import { describe, expect, it } from 'vitest';
import { extractFeatures } from '../conmim/features.ts';
import { initialNetworks } from '../conmim/pretrain-task.ts';
import { parseRecipe } from '../contract/recipe.ts';
import { RandomStream } from '../random/philox.ts';

const recipe = parseRecipe({
  ...{ image_size: [8, 16], patch_size: 4, embed_dim: 16, depth: 2, heads: 2, mlp_dim: 8 },
  ...{ proj_dim: 8, mask_type: 'random_mps32', mask_cell: 4 },
});
const tensors = new Map(
  [...initialNetworks(recipe)]
    .filter(([name]) => name.startsWith('student.'))
    .map(([name, tensor]) => [name.slice('student.'.length), tensor]),
);
const SIZE = 3 * 8 * 16;
const stream = new RandomStream(1, 'test');
const images = Float32Array.from({ length: 5 * SIZE }, () => stream.normal());
const load = async (start: number, end: number) => images.subarray(start * SIZE, end * SIZE);
const features = (device: string, batchSize: number) =>
  extractFeatures({ recipe, tensors, images: 5, load, device, batchSize });

describe('extractFeatures', () => {
  it('gives one row an image, whatever the batch, on both executors', async () => {
    const reference = await features('reference', 5);
    expect(reference).toHaveLength(5 * 16);
    for (const batchSize of [1, 2, 64]) {
      const found = await features('cpu', batchSize);
      for (const [i, value] of reference.entries()) expect(found[i]).toBeCloseTo(value, 4);
    }
    expect(reference.slice(0, 16)).not.toEqual(reference.slice(16, 32));
  });
});
