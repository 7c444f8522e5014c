/**
 * The head of BEiT for semantic segmentation: a pyramid of feature maps from four depths of the
 * transformer, UPerNet on it, and an auxiliary head while training. Tensors have the names of the
 * files of transformers.
 *
 * @source BEiT (ICLR 2022), appendix; UPerNet (ECCV 2018); transformers 5.24,
 *   `BeitForSemanticSegmentation`
 */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import {
  batchNormBuffers,
  batchNormParameters,
  namedBatchNorm,
  type Statistics,
} from './batch-norm.ts';
import { convolve3x3, convolveResized3x3 } from './convolution.ts';
import {
  type FeatureMap,
  type GridSize,
  mapRows,
  maxPoolMap,
  poolMap,
  resizeMap,
  upconvolution,
  upconvolve2x2,
} from './feature-map.ts';
import { type ParameterSpec, type Parameters, truncatedNormal, zeros } from './parameters.ts';

export const POOL_SCALES = [1, 2, 3, 6] as const;
/** The level that the auxiliary head reads. */
const AUXILIARY_LEVEL = 2;

export interface UpernetConfig {
  /** Width of the transformer, and of the head. */
  readonly embedDim: number;
  readonly auxiliaryChannels: number;
  readonly classes: number;
}

/** A convolution without bias, batch normalisation and ReLU. */
interface Layer {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly kernel: 1 | 3;
}

function layers({ embedDim: E, auxiliaryChannels }: UpernetConfig): Layer[] {
  const layer = (name: string, from: number, kernel: 1 | 3, to = E) => ({ name, from, kernel, to });
  return [
    ...POOL_SCALES.map((_, i) => layer(poolLayer(i), E, 1)),
    layer('decode_head.bottleneck', (1 + POOL_SCALES.length) * E, 3),
    ...[0, 1, 2].map((level) => layer(`decode_head.lateral_convs.${level}`, E, 1)),
    ...[0, 1, 2].map((level) => layer(`decode_head.fpn_convs.${level}`, E, 3)),
    layer('decode_head.fpn_bottleneck', 4 * E, 3),
    layer('auxiliary_head.convs.0', E, 3, auxiliaryChannels),
  ];
}

export function poolLayer(i: number): string {
  return `decode_head.psp_modules.${i}.1`;
}

/** Trainable tensors. */
export function upernetParameters(config: UpernetConfig): ParameterSpec[] {
  const { embedDim: E, auxiliaryChannels, classes } = config;
  const upconvolution = (name: string): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [E, E, 2, 2], init: truncatedNormal },
    { name: `${name}.bias`, shape: [E], init: zeros },
  ];
  const classifier = (name: string, from: number): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [classes, from, 1, 1], init: truncatedNormal },
    { name: `${name}.bias`, shape: [classes], init: zeros },
  ];
  return [
    ...upconvolution('fpn1.0'),
    ...batchNormParameters('fpn1.1', E),
    ...upconvolution('fpn1.3'),
    ...upconvolution('fpn2.0'),
    ...layers(config).flatMap(({ name, from, to, kernel }): ParameterSpec[] => [
      { name: `${name}.conv.weight`, shape: [to, from, kernel, kernel], init: truncatedNormal },
      ...batchNormParameters(`${name}.bn`, to),
    ]),
    ...classifier('decode_head.classifier', E),
    ...classifier('auxiliary_head.classifier', auxiliaryChannels),
  ];
}

/** Running statistics. */
export function upernetBuffers(config: UpernetConfig): ParameterSpec[] {
  return [
    ...batchNormBuffers('fpn1.1', config.embedDim),
    ...layers(config).flatMap(({ name, to }) => batchNormBuffers(`${name}.bn`, to)),
  ];
}

/**
 * @param features   of four depths, the shallowest first, each on the grid of patches
 * @param statistics of the batch, in training; left out for evaluation, which has no auxiliary head
 * @returns logits, on a grid four times as fine as that of patches; `auxiliary` on that of patches
 */
export function upernetForward(
  p: Parameters,
  features: readonly [FeatureMap, FeatureMap, FeatureMap, FeatureMap],
  statistics: Statistics | undefined,
): { logits: FeatureMap; auxiliary: FeatureMap | undefined } {
  const norm = (map: FeatureMap, name: string) =>
    mapRows(map, (value) => namedBatchNorm(p, name, value, statistics));
  const weightOf = (name: string) => p(`${name}.conv.weight`);
  const finish = (convolved: FeatureMap, name: string) =>
    mapRows(norm(convolved, `${name}.bn`), ir.relu);
  const layer = (map: FeatureMap, name: string) => {
    const weight = weightOf(name);
    return finish(weight.shape[2] === 1 ? pointwise(map, weight) : convolve3x3(map, weight), name);
  };
  const layerOfResized = (maps: readonly FeatureMap[], size: GridSize, name: string) =>
    finish(convolveResized3x3(maps, size, weightOf(name)), name);
  const grow = (map: FeatureMap, name: string) =>
    upconvolve2x2(map, upconvolution(p(`${name}.weight`)), p(`${name}.bias`));
  const classify = (map: FeatureMap, name: string) =>
    pointwise(map, p(`${name}.classifier.weight`), p(`${name}.classifier.bias`));

  const finer = mapRows(norm(grow(features[0], 'fpn1.0'), 'fpn1.1'), ir.gelu);
  const levels = [
    grow(finer, 'fpn1.3'),
    grow(features[1], 'fpn2.0'),
    features[2],
    maxPoolMap(features[3]),
  ] as const;

  const laterals = [0, 1, 2].map((i) => layer(levels[i]!, `decode_head.lateral_convs.${i}`));
  const pooled = POOL_SCALES.map((scale, i) => layer(poolMap(levels[3], scale), poolLayer(i)));
  const top = layerOfResized([levels[3], ...pooled], levels[3], 'decode_head.bottleneck');
  let coarser = top;
  for (const i of [2, 1, 0]) {
    const lateral = laterals[i]!;
    const above = resizeMap(coarser, lateral).value;
    coarser = mapRows(lateral, (value) => ir.add(value, above));
    laterals[i] = coarser;
  }
  const outputs = laterals.map((map, i) => layer(map, `decode_head.fpn_convs.${i}`));
  const all = layerOfResized([...outputs, top], levels[0], 'decode_head.fpn_bottleneck');
  const logits = classify(all, 'decode_head');
  if (statistics === undefined) return { logits, auxiliary: undefined };
  const hidden = layer(levels[AUXILIARY_LEVEL], 'auxiliary_head.convs.0');
  return { logits, auxiliary: classify(hidden, 'auxiliary_head') };
}

/** A convolution with a kernel of 1 x 1. @param weight [out, in, 1, 1] */
function pointwise(map: FeatureMap, weight: Node, bias?: Node): FeatureMap {
  const matrix = ir.reshape(weight, weight.shape.slice(0, 2));
  return mapRows(map, (value) => ir.linear(value, matrix, bias));
}
