/** ConMIM's network: trunk and projector, their tensors, and the configuration that fixes them. */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import type { ParameterSpec, Parameters } from '../nn/parameters.ts';
import { projectorBuffers, projectorForward, projectorParameters } from '../nn/projector.ts';
import { gridOf, type VitConfig, vitForward, vitParameters } from '../nn/vit.ts';

export interface NetworkConfig {
  readonly vit: VitConfig;
  readonly projector: { readonly hiddenDim: number; readonly outputDim: number };
}

function projectorConfig({ vit, projector }: NetworkConfig) {
  return { embedDim: vit.embedDim, ...projector };
}

/** Tensors that are trained. */
export function networkParameters(config: NetworkConfig): ParameterSpec[] {
  return [...vitParameters(config.vit), ...projectorParameters(projectorConfig(config))];
}

/** Running statistics of the projector. */
export function networkBuffers(config: NetworkConfig): ParameterSpec[] {
  return projectorBuffers(projectorConfig(config));
}

export interface NetworkOutput {
  /** [B, T, E], after the final norm */
  readonly features: Node;
  /** patch tokens only, [B, N, D], not yet of unit length */
  readonly projected: Node;
  readonly buffers: ReadonlyMap<string, Node>;
}

/** @param images [B, 3, H, W]; @param mask [B, N] or left out */
export function networkForward(
  p: Parameters,
  images: Node,
  mask: Node | undefined,
  config: NetworkConfig,
): NetworkOutput {
  const { tokens } = gridOf(config.vit);
  const B = images.shape[0]!;
  const features = vitForward(p, images, mask, config.vit);
  const { output, buffers } = projectorForward(p, features);
  const D = config.projector.outputDim;
  return {
    features: ir.reshape(features, [B, tokens, config.vit.embedDim]),
    projected: ir.slice(ir.reshape(output, [B, tokens, D]), 1, 1, tokens),
    buffers,
  };
}
