/**
 * The vision transformer of ConMIM, with the tensor names of BEiT checkpoints.
 *
 * Activations are matrices [B·T, E] between the blocks, so that every linear layer is one GEMM.
 * @source fixtures of the authors' code; BEiT (ICLR 2022)
 */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import { ones, type ParameterSpec, type Parameters, truncatedNormal, zeros } from './parameters.ts';
import { relativePositionBias, relativePositionRows } from './relative-position.ts';

export const LAYER_NORM_EPS = 1e-6;

export interface VitConfig {
  /** pixels */
  readonly imageSize: readonly [height: number, width: number];
  readonly patchSize: number;
  readonly embedDim: number;
  readonly depth: number;
  readonly heads: number;
  readonly mlpRatio: number;
  /** start value of the layer scale; 0 for none */
  readonly layerScale: number;
  readonly relPos: 'shared' | 'none';
  readonly absPos: boolean;
}

export interface Grid {
  readonly rows: number;
  readonly cols: number;
  readonly patches: number;
  /** patches and the class token */
  readonly tokens: number;
}

export function gridOf({ imageSize: [height, width], patchSize }: VitConfig): Grid {
  const [rows, cols] = [height / patchSize, width / patchSize];
  return { rows, cols, patches: rows * cols, tokens: rows * cols + 1 };
}

export const SHARED_TABLE = 'rel_pos_bias.relative_position_bias_table';

export function vitParameters(config: VitConfig): ParameterSpec[] {
  const { embedDim: E, patchSize: P, heads } = config;
  const grid = gridOf(config);
  const spec = (name: string, shape: number[], init: ParameterSpec['init']) => ({
    name,
    shape,
    init,
  });
  return [
    spec('cls_token', [1, 1, E], truncatedNormal),
    spec('mask_token', [1, 1, E], truncatedNormal),
    ...(config.absPos ? [spec('pos_embed', [1, grid.tokens, E], truncatedNormal)] : []),
    spec('patch_embed.proj.weight', [E, 3, P, P], truncatedNormal),
    spec('patch_embed.proj.bias', [E], zeros),
    ...(config.relPos === 'shared'
      ? [
          spec(SHARED_TABLE, [relativePositionRows(grid.rows, grid.cols), heads], {
            kind: 'relativePositions',
          }),
        ]
      : []),
    ...Array.from({ length: config.depth }, (_, i) => blockParameters(config, i)).flat(),
    spec('norm.weight', [E], ones),
    spec('norm.bias', [E], zeros),
  ];
}

function blockParameters(config: VitConfig, i: number): ParameterSpec[] {
  const { embedDim: E, layerScale } = config;
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

/**
 * The trunk: images to token features.
 *
 * @param images [B, 3, H, W] normalised
 * @param mask   [B, N], 1 where the patch is replaced by the mask token; left out for the whole image
 * @returns [B·T, E] after the final norm, tokens row-major, the class token first
 */
export function vitForward(
  p: Parameters,
  images: Node,
  mask: Node | undefined,
  config: VitConfig,
): Node {
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
  x = ir.reshape(x, [B * grid.tokens, E]);
  const bias =
    config.relPos === 'shared'
      ? relativePositionBias(p(SHARED_TABLE), grid.rows, grid.cols)
      : ir.constant(new Float32Array(config.heads * grid.tokens ** 2), [
          1,
          config.heads,
          grid.tokens,
          grid.tokens,
        ]);
  for (let i = 0; i < config.depth; i++) x = block(p, `blocks.${i}`, x, bias, config, B);
  return ir.layerNorm(x, p('norm.weight'), p('norm.bias'), LAYER_NORM_EPS);
}

/** @returns [B·N, E] */
function patchEmbed(p: Parameters, images: Node, config: VitConfig): Node {
  const { patchSize: P, embedDim: E } = config;
  const { rows, cols, patches } = gridOf(config);
  const B = images.shape[0]!;
  const tiles = ir.transpose(ir.reshape(images, [B, 3, rows, P, cols, P]), [0, 2, 4, 1, 3, 5]);
  return ir.linear(
    ir.reshape(tiles, [B * patches, 3 * P * P]),
    ir.reshape(p('patch_embed.proj.weight'), [E, 3 * P * P]),
    p('patch_embed.proj.bias'),
  );
}

function block(
  p: Parameters,
  prefix: string,
  x: Node,
  bias: Node,
  config: VitConfig,
  B: number,
): Node {
  const at = (name: string) => p(`${prefix}.${name}`);
  const norm = (name: string, value: Node) =>
    ir.layerNorm(value, at(`${name}.weight`), at(`${name}.bias`), LAYER_NORM_EPS);
  const scaled = (gamma: string, branch: Node) =>
    config.layerScale > 0 ? ir.mul(branch, at(gamma)) : branch;
  const attended = selfAttention(at, norm('norm1', x), bias, config, B);
  const middle = ir.add(x, scaled('gamma_1', attended));
  const hidden = ir.gelu(
    ir.linear(norm('norm2', middle), at('mlp.fc1.weight'), at('mlp.fc1.bias')),
  );
  const mixed = ir.linear(hidden, at('mlp.fc2.weight'), at('mlp.fc2.bias'));
  return ir.add(middle, scaled('gamma_2', mixed));
}

/** @param x [B·T, E] @returns [B·T, E] */
function selfAttention(
  p: Parameters,
  x: Node,
  bias: Node,
  { heads: H, embedDim: E }: VitConfig,
  B: number,
): Node {
  const T = x.shape[0]! / B;
  const D = E / H;
  const weight = p('attn.qkv.weight');
  // Three products over rows of one weight: slicing the small weight is cheaper than the activations.
  const part = (i: number, bias?: Node) => {
    const rows = ir.slice(weight, 0, i * E, (i + 1) * E);
    return ir.transpose(ir.reshape(ir.linear(x, rows, bias), [B, T, H, D]), [0, 2, 1, 3]);
  };
  const [q, k, v] = [part(0, p('attn.q_bias')), part(1), part(2, p('attn.v_bias'))];
  const context = ir.attention(q, k, v, bias, 1 / Math.sqrt(D));
  const merged = ir.reshape(ir.transpose(context, [0, 2, 1, 3]), [B * T, E]);
  return ir.linear(merged, p('attn.proj.weight'), p('attn.proj.bias'));
}
