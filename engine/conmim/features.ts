/**
 * Frozen features: a trunk applied to whole images, one row an image.
 *
 * The row is the mean of the patch tokens after the final norm, as fine-tuning pools them.
 */
import type { Recipe } from '../contract/recipe.ts';
import { openDevice } from '../executors/open-device.ts';
import * as ir from '../ir/builder.ts';
import type { Module } from '../ir/types.ts';
import { stateParameters } from '../nn/parameters.ts';
import { gridOf, type VitConfig, vitForward, vitParameters } from '../nn/vit.ts';
import type { HostTensor, NamedTensors } from '../tensor/host-tensor.ts';
import { networkConfig } from './pretrain-task.ts';

export interface FeatureOptions {
  readonly recipe: Recipe;
  /** The network by its names in checkpoints; the trunk's are used. */
  readonly tensors: NamedTensors;
  readonly images: number;
  /** Images `start` to `end`, [end - start, 3, H, W], normalised. */
  readonly load: (start: number, end: number) => Promise<Float32Array>;
  readonly device?: string;
  readonly batchSize?: number;
}

/** @returns [images, embed_dim] */
export async function extractFeatures(options: FeatureOptions): Promise<Float32Array> {
  const { images, load, tensors } = options;
  const batchSize = Math.max(1, Math.min(options.batchSize ?? 64, images));
  const { vit } = networkConfig(options.recipe);
  const used = usedParameters(vit);
  const { executor, id } = await openDevice(options.device ?? 'auto');
  const program = await executor.compile(featureModule(vit, batchSize), { device: id });
  try {
    await program.writeState(
      new Map(used.map(({ name }): [string, HostTensor] => [name, tensors.get(name)!])),
    );
    const width = vit.embedDim;
    const [height, across] = vit.imageSize;
    const rows = new Float32Array(images * width);
    const batch = new Float32Array(batchSize * 3 * height * across);
    for (let start = 0; start < images; start += batchSize) {
      const end = Math.min(images, start + batchSize);
      batch.fill(0);
      batch.set(await load(start, end));
      const results = await program.run('main', { images: batch });
      const found = results.get('features')!.data as Float32Array;
      rows.set(found.subarray(0, (end - start) * width), start * width);
    }
    return rows;
  } finally {
    await program.dispose();
  }
}

/** All of the trunk but the mask token: whole images have none. */
function usedParameters(vit: VitConfig) {
  return vitParameters(vit).filter(({ name }) => name !== 'mask_token');
}

function featureModule(vit: VitConfig, batchSize: number): Module {
  const specs = usedParameters(vit);
  const { tokens } = gridOf(vit);
  const images = ir.feed('images', [batchSize, 3, ...vit.imageSize]);
  const features = vitForward(stateParameters('', specs), images, undefined, vit);
  const perImage = ir.reshape(features, [batchSize, tokens, vit.embedDim]);
  const pooled = ir.mean(ir.slice(perImage, 1, 1, tokens), [1]);
  return {
    state: new Map(specs.map(({ name, shape }) => [name, { dtype: 'f32', shape }])),
    entries: {
      main: { name: 'features', outputs: [{ name: 'features', role: 'result', node: pooled }] },
    },
  };
}
