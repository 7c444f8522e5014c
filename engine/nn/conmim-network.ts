/** The network of ConMIM: trunk and projector, their tensors and their configuration. */
import type { Recipe } from '../contract/recipe.ts';
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import type { ParameterSpec, Parameters } from './parameters.ts';
import { projectorBuffers, projectorForward, projectorParameters } from './projector.ts';
import { NO_TAPS, type Taps } from './taps.ts';
import { gridOf, namedLayerNorm, trunkForward, type VitConfig, vitParameters } from './vit.ts';
import { vitConfig } from './vit-config.ts';

export interface NetworkConfig {
  readonly vit: VitConfig;
  readonly projector: { readonly hiddenDim: number; readonly outputDim: number };
}

export function networkConfig(recipe: Recipe): NetworkConfig {
  return {
    vit: vitConfig(recipe, recipe.rel_pos),
    projector: { hiddenDim: recipe.mlp_dim, outputDim: recipe.proj_dim },
  };
}

function projectorConfig({ vit, projector }: NetworkConfig) {
  return { embedDim: vit.embedDim, ...projector };
}

/** Trainable tensors. */
export function networkParameters(config: NetworkConfig): ParameterSpec[] {
  return [...vitParameters(config.vit), ...projectorParameters(projectorConfig(config))];
}

/** Running statistics of the projector. */
export function networkBuffers(config: NetworkConfig): ParameterSpec[] {
  return projectorBuffers(projectorConfig(config));
}

export interface NetworkOutput {
  /** patch tokens only, [B, N, D], not yet of unit length */
  readonly projected: Node;
  readonly buffers: ReadonlyMap<string, Node>;
  /** outputs of the blocks and of the projector, from which other activations are recomputed */
  readonly stops: readonly Node[];
}

/**
 * @param images [B, C, H, W] normalised
 * @param mask   [B, N]; left out for none
 * @param taps   is offered `features` ([B, T, E], after the final norm), `projected`, and the
 *   values that the trunk offers
 * @param ranks  whose tokens the projector normalises together
 */
export function networkForward(
  p: Parameters,
  images: Node,
  mask: Node | undefined,
  config: NetworkConfig,
  taps: Taps = NO_TAPS,
  ranks = 1,
): NetworkOutput {
  const { tokens } = gridOf(config.vit);
  const B = images.shape[0]!;
  const blocks = trunkForward(p, images, config.vit, { mask, taps });
  const features = namedLayerNorm(p, 'norm', blocks.at(-1)!);
  const { output, buffers } = projectorForward(p, features, ranks);
  const D = config.projector.outputDim;
  const projected = ir.slice(ir.reshape(output, [B, tokens, D]), 1, 1, tokens);
  taps.offer('features', () => ir.reshape(features, [B, tokens, config.vit.embedDim]));
  taps.offer('projected', projected);
  return { projected, buffers, stops: [...blocks, output] };
}
