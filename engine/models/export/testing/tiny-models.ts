/**
 * Small networks of every kind for tests, with numbers large enough that every tensor affects the
 * outputs.
 */
import { defined } from '../../../contract/defined.ts';
import type { VitConfig } from '../../../nn/vit.ts';
import { RandomStream } from '../../../random/philox.ts';
import { elementCount, type HostTensor } from '../../../tensor/host-tensor.ts';
import type { Detector, Head, Model } from '../../model.ts';
import { networkSpecs } from '../forward.ts';

export interface TinyKind extends Partial<VitConfig> {
  readonly pooling?: Head['pooling'];
  readonly detector?: Detector;
  readonly valueRange?: Model['valueRange'];
}

/**
 * A pre-trained network, with mask token and projector; with `pooling` a classifier of 3 classes, with
 * `detector` one that finds objects.
 */
export function tinyModel({
  pooling,
  detector,
  valueRange = 'type',
  ...changes
}: TinyKind = {}): Model {
  const isTrunk = pooling === undefined && detector === undefined;
  const vit: VitConfig = {
    channels: 3,
    imageSize: [16, 16],
    patchSize: 4,
    embedDim: 12,
    depth: 2,
    heads: 3,
    mlpRatio: 2,
    layerScale: 0.1,
    relPos: isTrunk ? 'shared' : 'perBlock',
    absPos: false,
    ...changes,
  };
  const head = pooling && { classes: ['ant', 'bee', 'wasp'], pooling };
  const stream = new RandomStream(1, 'init');
  const random = (shape: readonly number[]): HostTensor => {
    const data = Float32Array.from({ length: elementCount(shape) }, () => stream.normal() / 2);
    return { dtype: 'f32', shape, data };
  };
  const base = { origin: 'teacher of tiny, step 7', vit, ...defined({ head, detector }) };
  const specs = networkSpecs({ ...base, tensors: new Map() });
  const tensors = new Map(specs.map(({ name, shape }) => [name, random(shape)]));
  if (isTrunk) {
    tensors.set('mask_token', random([1, 1, 12]));
    tensors.set('projectors.0.weight', random([4, 12]));
  }
  return {
    ...base,
    valueRange,
    mean: perChannel([0.5, 0.4, 1], vit.channels),
    std: perChannel([0.25, 0.2, 1], vit.channels),
    tensors,
    about: {
      run: 'tiny',
      step: 7,
      network: 'teacher',
      recipe: { image_size: 16 },
      dataset: { images: 5, fingerprint: 'f00d' },
      metrics: { top1: 0.5 },
    },
  };
}

/** The same numbers again and again. */
function perChannel(numbers: readonly number[], channels: number): number[] {
  return Array.from({ length: channels }, (_, channel) => numbers[channel % numbers.length]!);
}

/** All variants of networks that a format has to support. */
export const TINY_KINDS: readonly (readonly [string, TinyKind])[] = [
  ['pre-trained, shared table', {}],
  ['pre-trained, no table, absolute positions', { relPos: 'none', absPos: true }],
  ['mean pooling, tables a block', { pooling: 'mean' }],
  [
    'mean pooling, shared table, no layer scale',
    { pooling: 'mean', relPos: 'shared', layerScale: 0 },
  ],
  ['class token, tables a block and absolute positions', { pooling: 'cls', absPos: true }],
  ['six channels of 12 bits', { channels: 6, valueRange: [[0, 4095]] }],
  [
    'one channel, mean pooling',
    { channels: 1, patchSize: 8, pooling: 'mean', valueRange: [[-1000, 3000]] },
  ],
];
