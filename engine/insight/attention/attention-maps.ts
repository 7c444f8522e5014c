/** Attention maps of images by one network. */
import { compileOn } from '../../executors/compile-on.ts';
import { type ImageSource, imageBatches } from '../../features/image-batches.ts';
import { imageElements } from '../../nn/image-shape.ts';
import { pickTensors } from '../../nn/pick-tensors.ts';
import { gridOf, type VitConfig } from '../../nn/vit.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { attentionModule } from './attention-graph.ts';

export interface AttentionMaps {
  readonly images: number;
  readonly blocks: number;
  readonly heads: number;
  /** patches of an image */
  readonly rows: number;
  readonly cols: number;
  /** [images, blocks, heads, rows, cols], probabilities of the patches for the class token */
  readonly attention: Float32Array;
  /** [images, blocks, rows, cols], rollout through the blocks up to each */
  readonly rollout: Float32Array;
  /** [images, C, H, W], what the network was given */
  readonly pixels: Float32Array;
}

export interface AttentionRequest extends ImageSource {
  readonly vit: VitConfig;
  /** with the trunk's tensors by checkpoint names */
  readonly tensors: NamedTensors;
  readonly device?: string;
}

/** Matrices of all blocks are held at a time, so batches are small. */
const BATCH_SIZE = 4;

/** @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable` */
export async function attentionMaps(request: AttentionRequest): Promise<AttentionMaps> {
  const { vit, tensors, device, images } = request;
  const { rows, cols, patches } = gridOf(vit);
  const { depth: blocks, heads } = vit;
  const batchSize = Math.min(BATCH_SIZE, images);
  const module = attentionModule(vit, batchSize);
  const state = pickTensors(module.state, tensors);
  const [perImage, perRollout] = [blocks * heads * patches, blocks * patches];
  const attention = new Float32Array(images * perImage);
  const rollout = new Float32Array(images * perRollout);
  const elements = imageElements(vit);
  const pixels = new Float32Array(images * elements);
  const program = await compileOn(module, { device, precision: 'float32', state });
  try {
    for await (const { start, end, data } of imageBatches(request, batchSize, elements)) {
      const count = end - start;
      pixels.set(data.subarray(0, count * elements), start * elements);
      const results = await program.run('main', { images: data });
      const copy = (name: 'heads' | 'rollout', to: Float32Array, size: number) =>
        to.set(Float32Array.from(results.get(name).data).subarray(0, count * size), start * size);
      copy('heads', attention, perImage);
      copy('rollout', rollout, perRollout);
    }
  } finally {
    await program.dispose();
  }
  return { images, blocks, heads, rows, cols, attention, rollout, pixels };
}
