/**
 * The scores that the loss sees within an image: student tokens of a masked view against all patches
 * that the teacher sees. The projectors normalise with the statistics of the given images, as in
 * training.
 */
import type { Recipe } from '../../contract/recipe.ts';
import type { Program } from '../../executors/executor.ts';
import { openDevice } from '../../executors/open-device.ts';
import * as ir from '../../ir/builder.ts';
import { entry } from '../../ir/entry.ts';
import type { Module } from '../../ir/types.ts';
import {
  type NetworkConfig,
  networkBuffers,
  networkConfig,
  networkForward,
  networkParameters,
} from '../../nn/conmim-network.ts';
import { imageShape } from '../../nn/image-shape.ts';
import { float32State, stateParameters } from '../../nn/parameters.ts';
import { pickTensors } from '../../nn/pick-tensors.ts';
import { STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import { gridOf } from '../../nn/vit.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { contrast } from './loss.ts';
import { recipeMask } from './masks.ts';

/** Draws of the recipe that may all leave a patch visible. */
const DRAWS = 64;

type ModuleProgram = Program<ReturnType<typeof scoreModule>['entries']>;

export class ImageScorer {
  readonly #program: ModuleProgram;
  readonly batch: number;

  private constructor(program: ModuleProgram, batch: number) {
    this.#program = program;
    this.batch = batch;
  }

  /**
   * @param state of a checkpoint of pre-training @param batch number of images
   * @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable`
   */
  static async open(
    recipe: Recipe,
    state: NamedTensors,
    batch: number,
    device?: string,
  ): Promise<ImageScorer> {
    const module = scoreModule(networkConfig(recipe), batch);
    const { executor, id } = await openDevice(device);
    const program = await executor.compile(module, { device: id });
    await program.writeState(pickTensors(module.state, state));
    return new ImageScorer(program, batch);
  }

  /**
   * @param images [batch, C, H, W] @param masks [batch, N]
   * @returns [N, N] cosines of the first image's patches: student by row, teacher by column
   */
  async score(images: Float32Array, masks: Uint8Array): Promise<Float32Array> {
    const results = await this.#program.run('main', { images, masks: Float32Array.from(masks) });
    return Float32Array.from(results.get('cosines').data);
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

function scoreModule(network: NetworkConfig, batch: number) {
  const specs = [...networkParameters(network), ...networkBuffers(network)];
  const { patches: N } = gridOf(network.vit);
  const images = ir.feed('images', [batch, ...imageShape(network.vit)]);
  const masks = ir.feed('masks', [batch, N]);
  const { student, teacher } = STATE_PREFIXES;
  const seen = networkForward(stateParameters(teacher, specs), images, undefined, network);
  const guessed = networkForward(stateParameters(student, specs), images, masks, network);
  const { logits } = contrast(guessed.projected, seen.projected, masks, 1);
  return {
    state: float32State(
      [student, teacher].flatMap((prefix) =>
        specs.map(({ name, shape }) => ({ name: prefix + name, shape })),
      ),
    ),
    entries: {
      main: entry('image-scores', {
        feeds: { images, masks },
        results: { cosines: ir.reshape(ir.slice(logits, 0, 0, 1), [N, N]) },
      }),
    },
  } satisfies Module;
}

/** The first mask that the recipe draws for a sample and that covers the patch. */
export function maskCovering(recipe: Recipe, sampleId: number, patch: number): Uint8Array {
  let mask = recipeMask(recipe, 0, sampleId);
  for (let epoch = 1; epoch < DRAWS && mask[patch] === 0; epoch++)
    mask = recipeMask(recipe, epoch, sampleId);
  mask[patch] = 1;
  return mask;
}

/** Probabilities of a row of cosines. */
export function probabilitiesOf(cosines: Float32Array, temperature: number): number[] {
  const largest = cosines.reduce((most, value) => Math.max(most, value), -1);
  const powers = Array.from(cosines, (value) => Math.exp((value - largest) / temperature));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}
