/**
 * A network that finds objects: learned queries join the tokens of the transformer before its last
 * blocks, and each query yields a class, a box and, where asked for, a mask.
 *
 * While training, a query may attend to the patches of its predicted mask only. Tensors have the
 * names of `EomtForUniversalSegmentation` of transformers; `box_head` and `query.position` are ours.
 *
 * @source EoMT (CVPR 2025), "Your ViT is Secretly an Image Segmentation Model"; transformers 5.24
 */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import { bandsOf, depthwise3x3 } from './depthwise.ts';
import {
  type FeatureMap,
  type GridSize,
  mapRows,
  resizeMap,
  upconvolution,
  upconvolve2x2,
} from './feature-map.ts';
import { ones, type ParameterSpec, type Parameters, truncatedNormal, zeros } from './parameters.ts';
import { PLACE_WIDTH, placeTable } from './place-encoding.ts';
import { NO_TAPS } from './taps.ts';
import {
  attentionBias,
  embedTokens,
  gridOf,
  namedLayerNorm,
  type TrunkOptions,
  tokensFrom,
  type VitConfig,
  vitBlock,
  vitParameters,
} from './vit.ts';

export interface DetectorConfig {
  readonly vit: VitConfig;
  readonly classes: number;
  readonly queries: number;
  /** Last blocks that the queries go through, at least 1. */
  readonly queryBlocks: number;
  /** Whether there are masks. */
  readonly masks: boolean;
}

/** Pixels of a cell of the masks, where patches are as large. */
const MASK_STRIDE = 4;

/** Times that the grid of patches is doubled for the masks. */
function upscalings({ vit, masks }: DetectorConfig): number {
  return masks ? Math.max(1, Math.floor(Math.log2(vit.patchSize / MASK_STRIDE))) : 0;
}

/** The grid of the masks; undefined without masks. */
export function maskGrid(config: DetectorConfig): GridSize | undefined {
  if (!config.masks) return undefined;
  const { rows, cols } = gridOf(config.vit);
  const finer = 2 ** upscalings(config);
  return { rows: rows * finer, cols: cols * finer };
}

/** Predictions that training sees: after each block with queries, and with masks before the first. */
export function predictionCount({ queryBlocks, masks }: DetectorConfig): number {
  return queryBlocks + Number(masks);
}

export function detectorParameters(config: DetectorConfig): ParameterSpec[] {
  const { vit, classes, queries } = config;
  const E = vit.embedDim;
  const linear = (name: string, to = E): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [to, E], init: HEAD },
    { name: `${name}.bias`, shape: [to], init: zeros },
  ];
  const layers = (name: string, to = E) => [
    ...linear(`${name}.fc1`),
    ...linear(`${name}.fc2`),
    ...linear(`${name}.fc3`, to),
  ];
  return [
    ...vitParameters(vit, { maskToken: false, norm: true }),
    { name: 'query.weight', shape: [queries, E], init: QUERY },
    ...(vit.absPos ? [] : [{ name: PLACE, shape: [E, PLACE_WIDTH], init: PLACES }]),
    ...linear('class_predictor', classes + 1),
    ...layers('box_head', 4),
    ...(config.masks ? layers('mask_head') : []),
    ...Array.from({ length: upscalings(config) }, (_, i) => upscaleParameters(i, E)).flat(),
  ];
}

/** In multiples of the standard deviation of the recipe, near to what transformers starts with. */
const QUERY = { ...truncatedNormal, scale: 50 } as const;
const PLACES = { ...truncatedNormal, scale: 5 } as const;
const HEAD = { ...truncatedNormal, scale: 2 } as const;
const KERNEL = { ...truncatedNormal, scale: 10 } as const;

function upscaleParameters(i: number, E: number): ParameterSpec[] {
  const at = (name: string) => `upscale_block.block.${i}.${name}`;
  return [
    { name: at('conv1.weight'), shape: [E, E, 2, 2], init: truncatedNormal },
    { name: at('conv1.bias'), shape: [E], init: zeros },
    { name: at('conv2.weight'), shape: [E, 1, 3, 3], init: KERNEL },
    { name: at('layernorm2d.weight'), shape: [E], init: ones },
    { name: at('layernorm2d.bias'), shape: [E], init: zeros },
  ];
}

export interface QueryPredictions {
  /** [B·Q, classes + 1] logits, the last of "no object" */
  readonly classes: Node;
  /** [B·Q, 4] logits of centre x, centre y, width and height */
  readonly boxes: Node;
  /** [B·rows·cols, Q] logits, with masks */
  readonly masks: FeatureMap | undefined;
}

export interface DetectorOutput {
  /** In training those of all depths, else the last alone. */
  readonly predictions: readonly QueryPredictions[];
  /** Output of each block, from which the other activations can be recomputed. */
  readonly stops: readonly Node[];
}

export interface DetectorOptions extends Pick<TrunkOptions, 'keep' | 'taps'> {
  /** Whether predictions of all depths are wanted. */
  readonly training?: boolean;
  /**
   * [query blocks, B, Q] 1 where a query attends to the patches of its mask only, in training with
   * masks; left out for never
   */
  readonly attend?: Node | undefined;
}

/** @param images [B, C, H, W] normalised */
export function detectorForward(
  p: Parameters,
  images: Node,
  config: DetectorConfig,
  { keep, taps = NO_TAPS, training = false, attend }: DetectorOptions = {},
): DetectorOutput {
  const { vit, queries: Q, queryBlocks } = config;
  const { embedDim: E, depth } = vit;
  const T = gridOf(vit).tokens;
  const B = images.shape[0]!;
  const first = depth - queryBlocks;
  const bias = attentionBias(p, vit);
  const upscale = upscaling(p, config);
  const stops: Node[] = [];
  const predictions: QueryPredictions[] = [];
  let x = embedTokens(p, images, vit);
  for (let i = 0; i < depth; i++) {
    if (i === first) {
      const queries = ir.broadcast(ir.reshape(p('query.weight'), [1, Q, E]), [B, Q, E]);
      const tokens = withPlaces(p, ir.reshape(x, [B, T, E]), vit);
      x = ir.reshape(ir.concat([tokens, queries], 1), [B * (T + Q), E]);
    }
    let scores = bias(i);
    // Without masks only the queries are read after the last block.
    const from = i === depth - 1 && !config.masks && taps === NO_TAPS ? T : 0;
    if (i >= first) {
      scores = scores && ir.pad(scores, [0, 0, 0, 0], [0, 0, Q, Q]);
      // Before its first block a query is the same for every image, which says nothing of boxes.
      if (training && (config.masks || i > first))
        predictions.push(predict(p, x, config, upscale, B));
      const masks = predictions.at(-1)?.masks;
      if (attend !== undefined && masks !== undefined)
        scores = withinMasks(masks, ir.slice(attend, 0, i - first, i - first + 1), scores, config);
    }
    // Positions of patches relative to each other say nothing of queries.
    if (from > 0) scores = undefined;
    x = vitBlock(p, i, x, { bias: scores, keep, taps, config: vit, B, from });
    stops.push(x);
  }
  predictions.push(predict(p, x, config, upscale, B));
  return { predictions, stops };
}

/** The projection of the places of patches. */
export const PLACE = 'query.position.weight';

/**
 * Tokens that say where they lie. Where a transformer knows its patches by relative positions alone,
 * a query, which has none, could not tell where a box is.
 *
 * @param tokens [B, T, E], the patches last
 */
function withPlaces(p: Parameters, tokens: Node, vit: VitConfig): Node {
  if (vit.absPos) return tokens;
  const grid = gridOf(vit);
  const places = ir.constant(placeTable(grid), [grid.patches, PLACE_WIDTH]);
  const ofPatches = ir.pad(ir.linear(places, p(PLACE)), [grid.tokens - grid.patches, 0], [0, 0]);
  return ir.add(tokens, ofPatches);
}

/** @param x [B·(T + Q), E], or without masks the queries alone, [B·Q, E] */
function predict(
  p: Parameters,
  x: Node,
  config: DetectorConfig,
  upscale: Upscaling,
  B: number,
): QueryPredictions {
  const { vit, queries: Q } = config;
  const { embedDim: E } = vit;
  const { rows, cols, tokens: T } = gridOf(vit);
  const queriesOf = (tokens: Node) => tokensFrom(tokens.shape[0]! / B - Q, tokens, B);
  const norm = (tokens: Node) => namedLayerNorm(p, 'norm', tokens);
  const all = config.masks ? norm(x) : undefined;
  const queries = all ? queriesOf(all) : norm(queriesOf(x));
  const classes = ir.linear(queries, p('class_predictor.weight'), p('class_predictor.bias'));
  const boxes = threeLayers(p, 'box_head', queries);
  if (all === undefined) return { classes, boxes, masks: undefined };
  const tokens = ir.reshape(all, [B, T + Q, E]);
  const patches = ir.reshape(ir.slice(tokens, 1, T - rows * cols, T), [B * rows * cols, E]);
  const fine = upscale({ value: patches, rows, cols });
  const cells = fine.rows * fine.cols;
  const logits = ir.matmul(
    ir.reshape(fine.value, [B, cells, E]),
    ir.reshape(threeLayers(p, 'mask_head', queries), [B, Q, E]),
    { transB: true },
  );
  return { classes, boxes, masks: { ...fine, value: ir.reshape(logits, [B * cells, Q]) } };
}

function threeLayers(p: Parameters, name: string, x: Node): Node {
  const layer = (i: number, value: Node) =>
    ir.linear(value, p(`${name}.fc${i}.weight`), p(`${name}.fc${i}.bias`));
  return layer(3, ir.gelu(layer(2, ir.gelu(layer(1, x)))));
}

type Upscaling = (map: FeatureMap) => FeatureMap;

/**
 * From the grid of patches to that of masks. Kernels are prepared once for all depths, so that their
 * slopes are summed before they are turned back.
 */
function upscaling(p: Parameters, config: DetectorConfig): Upscaling {
  const { cols } = gridOf(config.vit);
  const layers = Array.from({ length: upscalings(config) }, (_, i) => {
    const at = (name: string) => p(`upscale_block.block.${i}.${name}`);
    const kernel = upconvolution(at('conv1.weight'));
    return { at, kernel, bands: bandsOf(at('conv2.weight'), cols * 2 ** (i + 1)) };
  });
  return (patches) =>
    layers.reduce((map, { at, kernel, bands }) => {
      const grown = mapRows(upconvolve2x2(map, kernel, at('conv1.bias')), ir.gelu);
      return mapRows(depthwise3x3(grown, bands), (value) =>
        namedLayerNorm(at, 'layernorm2d', value),
      );
    }, patches);
}

/** Of a patch that a query may not see; its share of the attention is 0, in float16 too. */
const HIDDEN = -1e4;

/**
 * Scores that keep queries to the patches where their masks are positive.
 *
 * @param attend [1, B, Q]
 * @param bias   [1, H, T + Q, T + Q], to which they are added
 * @returns [B, H, T + Q, T + Q]
 */
function withinMasks(
  masks: FeatureMap,
  attend: Node,
  bias: Node | undefined,
  { vit, queries: Q }: DetectorConfig,
): Node {
  const { patches, tokens: T, ...grid } = gridOf(vit);
  const { value } = resizeMap(masks, grid);
  const B = value.shape[0]! / patches;
  const hidden = ir.where(ir.greater(value, 0), 0, HIDDEN);
  const perQuery = ir.transpose(ir.reshape(hidden, [B, patches, Q]), [0, 2, 1]);
  const wanted = ir.mul(perQuery, ir.reshape(attend, [B, Q, 1]));
  const square = ir.pad(wanted, [0, T, T - patches], [0, 0, Q]);
  const scores = ir.reshape(square, [B, 1, T + Q, T + Q]);
  const whole = [B, vit.heads, T + Q, T + Q];
  return bias ? ir.add(scores, bias) : ir.broadcast(scores, whole);
}
