/**
 * A network for semantic segmentation: the transformer without mask token and projector, and a head
 * that gives logits on a grid, which are resized to the labels.
 *
 * `linear`: a norm and a linear layer on the patch tokens after the last block.
 * `upernet`: four depths, a pyramid and UPerNet (upernet.ts).
 *
 * @source Segmenter (ICCV 2021) for the linear head; BEiT (ICLR 2022) for UPerNet
 */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import type { Statistics } from './batch-norm.ts';
import { type FeatureMap, type GridSize, mapRows, patchMap } from './feature-map.ts';
import { type ParameterSpec, type Parameters, truncatedNormal, zeros } from './parameters.ts';
import { upernetBuffers, upernetForward, upernetParameters } from './upernet.ts';
import {
  gridOf,
  namedLayerNorm,
  type TrunkOptions,
  trunkForward,
  type VitConfig,
  vitParameters,
} from './vit.ts';

export type SegmentationHead =
  | { readonly kind: 'linear' }
  | {
      readonly kind: 'upernet';
      /** The four numbers of blocks after which features are taken, from 1 to the depth, rising. */
      readonly depths: readonly [number, number, number, number];
      readonly auxiliaryChannels: number;
    };

export interface SegmenterConfig {
  readonly vit: VitConfig;
  readonly classes: number;
  readonly head: SegmentationHead;
}

/** The grid of the logits: that of patches, and with UPerNet four times as fine. */
export function logitGrid({ vit, head }: SegmenterConfig): GridSize {
  const { rows, cols } = gridOf(vit);
  const finer = head.kind === 'upernet' ? 4 : 1;
  return { rows: rows * finer, cols: cols * finer };
}

/** Trainable tensors. */
export function segmenterParameters({ vit, classes, head }: SegmenterConfig): ParameterSpec[] {
  const trunk = vitParameters(vit, { maskToken: false, norm: head.kind === 'linear' });
  if (head.kind === 'upernet')
    return [...trunk, ...upernetParameters({ embedDim: vit.embedDim, classes, ...head })];
  return [
    ...trunk,
    { name: 'head.weight', shape: [classes, vit.embedDim], init: truncatedNormal },
    { name: 'head.bias', shape: [classes], init: zeros },
  ];
}

/** Running statistics of the head. */
export function segmenterBuffers({ vit, classes, head }: SegmenterConfig): ParameterSpec[] {
  if (head.kind === 'linear') return [];
  return upernetBuffers({ embedDim: vit.embedDim, classes, ...head });
}

export interface SegmenterOutput {
  /** On the grid of the head, [B·rows·cols, classes]. */
  readonly logits: FeatureMap;
  /** Logits of the auxiliary head, in training with UPerNet. */
  readonly auxiliary: FeatureMap | undefined;
  /** Output of each block, from which the other activations can be recomputed. */
  readonly stops: readonly Node[];
}

/**
 * @param images     [B, C, H, W] normalised
 * @param keep       [depth, 2, B] factors of stochastic depth; left out for none
 * @param statistics filled with the next running statistics, in training; left out for evaluation
 */
export function segmenterForward(
  p: Parameters,
  images: Node,
  config: SegmenterConfig,
  {
    keep,
    taps,
    statistics,
  }: Pick<TrunkOptions, 'keep' | 'taps'> & { readonly statistics?: Statistics | undefined } = {},
): SegmenterOutput {
  const { vit, head } = config;
  const stops = trunkForward(p, images, vit, { keep, taps });
  const grid = gridOf(vit);
  if (head.kind === 'upernet') {
    const [a, b, c, d] = head.depths;
    const at = (depth: number) => patchMap(stops[depth - 1]!, grid);
    return { ...upernetForward(p, [at(a), at(b), at(c), at(d)], statistics), stops };
  }
  const logits = mapRows(patchMap(stops.at(-1)!, grid), (patches) =>
    ir.linear(namedLayerNorm(p, 'norm', patches), p('head.weight'), p('head.bias')),
  );
  return { logits, auxiliary: undefined, stops };
}
