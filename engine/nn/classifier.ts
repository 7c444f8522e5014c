/**
 * A classifier: the trunk without mask token and projector, pooled to one vector per image, and a
 * linear head.
 *
 * `mean`: the norm `fc_norm` of the mean of the patch tokens, without a norm over the tokens.
 * `cls`: the class token after the norm `norm` over the tokens.
 *
 * @source fixtures of the authors' code, section 5; BEiT (ICLR 2022)
 */
import type { HeadRecipe } from '../contract/finetune-recipe.ts';
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import { ones, type ParameterSpec, type Parameters, zeros } from './parameters.ts';
import { NO_TAPS } from './taps.ts';
import {
  gridOf,
  namedLayerNorm,
  type TrunkOptions,
  trunkForward,
  type VitConfig,
  vitParameters,
} from './vit.ts';
import { vitConfig } from './vit-config.ts';

export type Pooling = 'mean' | 'cls';

export interface ClassifierConfig {
  readonly vit: VitConfig;
  readonly classes: number;
  readonly pooling: Pooling;
  readonly headScale: number;
}

export function classifierConfig(recipe: HeadRecipe, classes: number): ClassifierConfig {
  return {
    vit: vitConfig(recipe, recipe.rel_pos === 'per_block' ? 'perBlock' : recipe.rel_pos),
    classes,
    pooling: recipe.pooling,
    headScale: recipe.head_init_scale,
  };
}

export function classifierParameters(config: ClassifierConfig): ParameterSpec[] {
  const { vit, classes, pooling, headScale } = config;
  const E = vit.embedDim;
  return [
    ...vitParameters(vit, { maskToken: false, norm: pooling === 'cls' }),
    ...(pooling === 'mean'
      ? [
          { name: 'fc_norm.weight', shape: [E], init: ones },
          { name: 'fc_norm.bias', shape: [E], init: zeros },
        ]
      : []),
    {
      name: 'head.weight',
      shape: [classes, E],
      init: { kind: 'truncatedNormal', scale: headScale },
    },
    { name: 'head.bias', shape: [classes], init: zeros },
  ];
}

export interface ClassifierOutput {
  /** [B, classes] */
  readonly logits: Node;
  /** output of each block, from which the other activations can be recomputed */
  readonly stops: readonly Node[];
}

/**
 * @param images [B, C, H, W] normalised
 * @param keep   [depth, 2, B] factors of stochastic depth; left out for none
 * @param taps   is offered `pooled` (input of the head, [B, E]) and the values that the trunk
 *   offers
 */
export function classifierForward(
  p: Parameters,
  images: Node,
  config: ClassifierConfig,
  { keep, taps = NO_TAPS }: Pick<TrunkOptions, 'keep' | 'taps'> = {},
): ClassifierOutput {
  const stops = trunkForward(p, images, config.vit, { keep, taps });
  const norm = config.pooling === 'mean' ? 'fc_norm' : 'norm';
  const pooled = poolTokens(p, stops.at(-1)!, config.vit, { pooling: config.pooling, norm });
  taps.offer('pooled', pooled);
  return { logits: ir.linear(pooled, p('head.weight'), p('head.bias')), stops };
}

/**
 * One vector per image: the norm of the mean of the patch tokens, or of the class token.
 *
 * @param tokens [B·T, E]
 * @param norm   name of the norm's tensors
 * @returns [B, E]
 */
export function poolTokens(
  p: Parameters,
  tokens: Node,
  vit: VitConfig,
  { pooling, norm }: { readonly pooling: Pooling; readonly norm: string },
): Node {
  const T = gridOf(vit).tokens;
  const B = tokens.shape[0]! / T;
  const perImage = ir.reshape(tokens, [B, T, vit.embedDim]);
  const pooled =
    pooling === 'mean'
      ? ir.mean(ir.slice(perImage, 1, 1, T), [1])
      : ir.reshape(ir.slice(perImage, 1, 0, 1), [B, vit.embedDim]);
  return namedLayerNorm(p, norm, pooled);
}
