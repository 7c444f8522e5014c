/** Frozen features of patches: the normed tokens of a trunk after a block, scaled to unit length. */
import type { Program } from '../executors/executor.ts';
import { openDevice } from '../executors/open-device.ts';
import * as ir from '../ir/builder.ts';
import { entry } from '../ir/entry.ts';
import type { Module } from '../ir/types.ts';
import { imageElements, imageShape } from '../nn/image-shape.ts';
import { float32State, stateParameters } from '../nn/parameters.ts';
import { gridOf, namedLayerNorm, trunkForward, type VitConfig, vitParameters } from '../nn/vit.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import { featureState, layerOf } from './features.ts';
import type { FeatureRows } from './neighbours.ts';

const NORM_FLOOR = 1e-12;

export interface PatchNetwork {
  readonly vit: VitConfig;
  readonly tensors: NamedTensors;
  /** Number of blocks that are applied; all if left out. */
  readonly layer?: number | undefined;
  readonly device?: string | undefined;
  /** Images of a pass. */
  readonly batchSize: number;
}

type ModuleProgram = Program<ReturnType<typeof patchModule>['entries']>;

export class PatchFeatures {
  readonly #program: ModuleProgram;
  readonly #network: PatchNetwork;

  private constructor(program: ModuleProgram, network: PatchNetwork) {
    this.#program = program;
    this.#network = network;
  }

  /** @throws StudioError `layer-unknown`, `weights-mismatch`, `device-unknown`, `device-unavailable` */
  static async open(network: PatchNetwork): Promise<PatchFeatures> {
    const { vit, tensors, layer, device, batchSize } = network;
    const module = patchModule({ ...vit, depth: layerOf(vit, layer) }, batchSize);
    const state = featureState(module, tensors);
    const { executor, id } = await openDevice(device);
    const program = await executor.compile(module, { device: id });
    await program.writeState(state);
    return new PatchFeatures(program, network);
  }

  /**
   * @param images [count, C, H, W], at most a batch
   * @returns [count · N, E] rows of unit length, patches row by row; valid until the next call
   */
  async of(images: Float32Array): Promise<FeatureRows> {
    const { vit, batchSize } = this.#network;
    const whole = batchSize * imageElements(vit);
    let batch = images;
    if (images.length < whole) {
      batch = new Float32Array(whole);
      batch.set(images);
    }
    const results = await this.#program.run('main', { images: batch });
    const width = vit.embedDim;
    const count = (images.length / imageElements(vit)) * gridOf(vit).patches;
    const data = results.get('patches').data as Float32Array;
    return { data: data.subarray(0, count * width), count, width };
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

function patchModule(vit: VitConfig, batchSize: number) {
  const specs = vitParameters(vit, { maskToken: false, norm: true });
  const p = stateParameters('', specs);
  const images = ir.feed('images', [batchSize, ...imageShape(vit)]);
  const { tokens: T, patches: N } = gridOf(vit);
  const E = vit.embedDim;
  const normed = namedLayerNorm(p, 'norm', trunkForward(p, images, vit).at(-1)!);
  const patches = ir.reshape(ir.slice(ir.reshape(normed, [batchSize, T, E]), 1, 1, T), [
    batchSize * N,
    E,
  ]);
  const length = ir.sqrt(ir.sum(ir.mul(patches, patches), [1], true));
  return {
    state: float32State(specs),
    entries: {
      main: entry('patch-features', {
        feeds: { images },
        results: { patches: ir.mul(patches, ir.div(1, ir.max(length, NORM_FLOOR))) },
      }),
    },
  } satisfies Module;
}
