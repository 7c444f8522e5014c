/**
 * The vision transformer of ConMIM, with the tensor names of BEiT checkpoints.
 *
 * Between the blocks activations are matrices [B·T, E], so that every linear layer is one GEMM.
 *
 * @source fixtures of the authors' code; BEiT (ICLR 2022)
 */

import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import type { ImageShape } from './image-shape.ts';
import { ones, type ParameterSpec, type Parameters, truncatedNormal, zeros } from './parameters.ts';
import { relativePositionBias, relativePositionRows } from './relative-position.ts';
import { NO_TAPS, type Taps } from './taps.ts';

export const LAYER_NORM_EPS = 1e-6;

export interface VitConfig extends ImageShape {
  readonly patchSize: number;
  readonly embedDim: number;
  readonly depth: number;
  readonly heads: number;
  readonly mlpRatio: number;
  /** initial value of the layer scale; 0 for none */
  readonly layerScale: number;
  /** one table of relative positions for all blocks (pre-training), one each (fine-tuning), or none */
  readonly relPos: 'shared' | 'perBlock' | 'none';
  readonly absPos: boolean;
}

export interface Grid {
  readonly rows: number;
  readonly cols: number;
  readonly patches: number;
  /** patches and the class token */
  readonly tokens: number;
}

export function gridOf({
  imageSize: [height, width],
  patchSize,
}: Pick<VitConfig, 'imageSize' | 'patchSize'>): Grid {
  const [rows, cols] = [height / patchSize, width / patchSize];
  return { rows, cols, patches: rows * cols, tokens: rows * cols + 1 };
}

export const SHARED_TABLE = 'rel_pos_bias.relative_position_bias_table';

/** Name of a block's own table, with `relPos: 'perBlock'`. */
export function blockTable(block: number): string {
  return `blocks.${block}.attn.relative_position_bias_table`;
}

/** Tensors that only some networks have. */
export interface VitParts {
  /** the token that replaces masked patches; only pre-training needs it */
  readonly maskToken: boolean;
  /** the norm over all tokens after the last block */
  readonly norm: boolean;
}

export function vitParameters(
  config: VitConfig,
  parts: VitParts = { maskToken: true, norm: true },
): ParameterSpec[] {
  const { embedDim: E, channels: C, patchSize: P, heads } = config;
  const grid = gridOf(config);
  const spec = (name: string, shape: number[], init: ParameterSpec['init']) => ({
    name,
    shape,
    init,
  });
  return [
    spec('cls_token', [1, 1, E], truncatedNormal),
    ...(parts.maskToken ? [spec('mask_token', [1, 1, E], truncatedNormal)] : []),
    ...(config.absPos ? [spec('pos_embed', [1, grid.tokens, E], truncatedNormal)] : []),
    spec('patch_embed.proj.weight', [E, C, P, P], truncatedNormal),
    spec('patch_embed.proj.bias', [E], zeros),
    ...(config.relPos === 'shared'
      ? [
          spec(SHARED_TABLE, [relativePositionRows(grid.rows, grid.cols), heads], {
            kind: 'relativePositions',
          }),
        ]
      : []),
    ...Array.from({ length: config.depth }, (_, i) => blockParameters(config, i)).flat(),
    ...(parts.norm ? [spec('norm.weight', [E], ones), spec('norm.bias', [E], zeros)] : []),
  ];
}

function blockParameters(config: VitConfig, i: number): ParameterSpec[] {
  const { embedDim: E, layerScale } = config;
  const grid = gridOf(config);
  const hidden = Math.round(E * config.mlpRatio);
  const residual = { kind: 'truncatedNormal', depthScale: i + 1 } as const;
  const spec = (name: string, shape: number[], init: ParameterSpec['init']) => ({
    name: `blocks.${i}.${name}`,
    shape,
    init,
  });
  const gamma = { kind: 'constant', value: layerScale } as const;
  return [
    ...(layerScale > 0 ? [spec('gamma_1', [E], gamma), spec('gamma_2', [E], gamma)] : []),
    spec('norm1.weight', [E], ones),
    spec('norm1.bias', [E], zeros),
    spec('attn.q_bias', [E], zeros),
    spec('attn.v_bias', [E], zeros),
    ...(config.relPos === 'perBlock'
      ? [
          spec(
            'attn.relative_position_bias_table',
            [relativePositionRows(grid.rows, grid.cols), config.heads],
            { kind: 'relativePositions' } as const,
          ),
        ]
      : []),
    spec('attn.qkv.weight', [3 * E, E], truncatedNormal),
    spec('attn.proj.weight', [E, E], residual),
    spec('attn.proj.bias', [E], zeros),
    spec('norm2.weight', [E], ones),
    spec('norm2.bias', [E], zeros),
    spec('mlp.fc1.weight', [hidden, E], truncatedNormal),
    spec('mlp.fc1.bias', [hidden], zeros),
    spec('mlp.fc2.weight', [E, hidden], residual),
    spec('mlp.fc2.bias', [E], zeros),
  ];
}

export interface TrunkOptions {
  /** [B, N], 1 where the patch is replaced by the mask token; left out for the whole image */
  readonly mask?: Node | undefined;
  /**
   * Stochastic depth, [depth, 2, B]: factors on the attention branch (0) and the MLP branch (1) per
   * block and image; left out for none
   */
  readonly keep?: Node | undefined;
  /**
   * Offered per block i: `blocks.i` (its output, [B·T, E]) and `blocks.i.attn.probs` (attention
   * probabilities [B, H, T, T], query on the third axis, key on the fourth)
   */
  readonly taps?: Taps | undefined;
}

/**
 * Compute tokens from images, before any norm over them.
 *
 * @param images [B, C, H, W] normalised
 * @returns [B·T, E] after each block, tokens row-major, the class token first
 */
export function trunkForward(
  p: Parameters,
  images: Node,
  config: VitConfig,
  { mask, keep, taps = NO_TAPS }: TrunkOptions = {},
): Node[] {
  const B = images.shape[0]!;
  let x = embedTokens(p, images, config, mask);
  const bias = attentionBias(p, config);
  return Array.from({ length: config.depth }, (_, i) => {
    x = vitBlock(p, i, x, { bias: bias(i), keep, taps, config, B });
    return x;
  });
}

/**
 * Tokens before the first block.
 *
 * @param mask [B, N], 1 where the patch is replaced by the mask token; left out for the whole image
 * @returns [B·T, E]
 */
export function embedTokens(p: Parameters, images: Node, config: VitConfig, mask?: Node): Node {
  const grid = gridOf(config);
  const B = images.shape[0]!;
  const E = config.embedDim;
  let patches = patchEmbed(p, images, config);
  if (mask) {
    const covered = ir.reshape(mask, [B * grid.patches, 1]);
    const visible = ir.mul(patches, ir.sub(1, covered));
    patches = ir.add(visible, ir.mul(covered, ir.reshape(p('mask_token'), [1, E])));
  }
  const cls = ir.broadcast(p('cls_token'), [B, 1, E]);
  let x = ir.concat([cls, ir.reshape(patches, [B, grid.patches, E])], 1);
  if (config.absPos) x = ir.add(x, p('pos_embed'));
  return ir.reshape(x, [B * grid.tokens, E]);
}

/** Layer norm with the parameters of that name. @param x [rows, E] */
export function namedLayerNorm(p: Parameters, name: string, x: Node): Node {
  return ir.layerNorm(x, p(`${name}.weight`), p(`${name}.bias`), LAYER_NORM_EPS);
}

/** The bias of each block's attention scores, [1, H, T, T]; undefined for none. */
export function attentionBias(
  p: Parameters,
  config: VitConfig,
): (block: number) => Node | undefined {
  const { rows, cols } = gridOf(config);
  if (config.relPos === 'perBlock')
    return (block) => relativePositionBias(p(blockTable(block)), rows, cols);
  if (config.relPos === 'none') return () => undefined;
  const shared = relativePositionBias(p(SHARED_TABLE), rows, cols);
  return () => shared;
}

/** The factors of one block's two branches, [B, 1] each. @param keep [depth, 2, B] */
function branchFactors(keep: Node, block: number): [attention: Node, mlp: Node] {
  const B = keep.shape[2]!;
  const own = ir.reshape(ir.slice(keep, 0, block, block + 1), [2, B]);
  const branch = (i: number) => ir.reshape(ir.slice(own, 0, i, i + 1), [B, 1]);
  return [branch(0), branch(1)];
}

/** @returns [B·N, E] */
function patchEmbed(p: Parameters, images: Node, config: VitConfig): Node {
  const { channels: C, patchSize: P, embedDim: E } = config;
  const { rows, cols, patches } = gridOf(config);
  const B = images.shape[0]!;
  const tiles = ir.transpose(ir.reshape(images, [B, C, rows, P, cols, P]), [0, 2, 4, 1, 3, 5]);
  return ir.linear(
    ir.reshape(tiles, [B * patches, C * P * P]),
    ir.reshape(p('patch_embed.proj.weight'), [E, C * P * P]),
    p('patch_embed.proj.bias'),
  );
}

interface BlockOptions {
  /** [1 or B, H, T − from, T] */
  readonly bias: Node | undefined;
  /** [depth, 2, B] */
  readonly keep: Node | undefined;
  readonly taps: Taps;
  readonly config: VitConfig;
  readonly B: number;
  /** The first token of an image whose output is wanted, 0 when left out. */
  readonly from?: number;
}

/**
 * One block, of any number T of tokens an image.
 *
 * @param x    [B·T, E]
 * @returns [B·(T − from), E]
 */
export function vitBlock(p: Parameters, i: number, x: Node, options: BlockOptions): Node {
  const { keep, taps, config, B, from = 0 } = options;
  const at = (name: string) => p(`blocks.${i}.${name}`);
  const factors = keep && branchFactors(keep, i);
  const own = tokensFrom(from, x, B);
  const rows = own.shape[0]!;
  const branch = (gamma: string, factor: Node | undefined, value: Node) => {
    const scaled = config.layerScale > 0 ? ir.mul(value, at(gamma)) : value;
    if (factor === undefined) return scaled;
    return ir.mul(scaled, ir.reshape(ir.broadcast(factor, [B, rows / B]), [rows, 1]));
  };
  const inside = { ...options, taps: taps.within(`blocks.${i}.`) };
  const attended = selfAttention(at, namedLayerNorm(at, 'norm1', x), inside);
  const middle = ir.add(own, branch('gamma_1', factors?.[0], attended));
  const hidden = ir.gelu(
    ir.linear(namedLayerNorm(at, 'norm2', middle), at('mlp.fc1.weight'), at('mlp.fc1.bias')),
  );
  const mixed = ir.linear(hidden, at('mlp.fc2.weight'), at('mlp.fc2.bias'));
  const output = ir.add(middle, branch('gamma_2', factors?.[1], mixed));
  taps.offer(`blocks.${i}`, output);
  return output;
}

/** Of each image the tokens from this one on. @param x [B·T, E] @returns [B·(T − from), E] */
export function tokensFrom(from: number, x: Node, B: number): Node {
  if (from === 0) return x;
  const [T, E] = [x.shape[0]! / B, x.shape[1]!];
  return ir.reshape(ir.slice(ir.reshape(x, [B, T, E]), 1, from, T), [B * (T - from), E]);
}

/** @param x [B·T, E] @returns [B·(T − from), E] */
function selfAttention(p: Parameters, x: Node, options: BlockOptions): Node {
  const { bias, taps, config, B, from = 0 } = options;
  const { heads: H, embedDim: E } = config;
  const D = E / H;
  const own = tokensFrom(from, x, B);
  const weight = p('attn.qkv.weight');
  // Query, key and value are three products: slicing the small weight costs less than slicing
  // activations.
  const part = (i: number, tokens: Node, bias?: Node) => {
    const rows = ir.slice(weight, 0, i * E, (i + 1) * E);
    const heads = ir.reshape(ir.linear(tokens, rows, bias), [B, tokens.shape[0]! / B, H, D]);
    return ir.transpose(heads, [0, 2, 1, 3]);
  };
  const [q, k, v] = [part(0, own, p('attn.q_bias')), part(1, x), part(2, x, p('attn.v_bias'))];
  const alpha = 1 / Math.sqrt(D);
  taps.offer('attn.probs', () => ir.attentionProbs(q, k, bias, alpha));
  const context = ir.attention(q, k, v, bias, alpha);
  const merged = ir.reshape(ir.transpose(context, [0, 2, 1, 3]), own.shape);
  return ir.linear(merged, p('attn.proj.weight'), p('attn.proj.bias'));
}
