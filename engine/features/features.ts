/**
 * Frozen features: outputs of trunks, one row per image.
 *
 * A feature is the norm of the pooled tokens after a block, with the norm that the network was
 * trained with. A linear map of it is a classifier (classifier.ts) whose trunk ends with that
 * block.
 */

import { defined } from '../contract/defined.ts';
import { StudioError } from '../contract/errors.ts';
import type { Precision } from '../contract/precision.ts';
import { needPrecision, openDevice } from '../executors/open-device.ts';
import * as ir from '../ir/builder.ts';
import { entry } from '../ir/entry.ts';
import type { Module } from '../ir/types.ts';
import { type Pooling, poolTokens } from '../nn/classifier.ts';
import { imageElements, imageShape } from '../nn/image-shape.ts';
import { float32State, stateParameters } from '../nn/parameters.ts';
import { pickTensors } from '../nn/pick-tensors.ts';
import { trunkForward, type VitConfig, vitParameters } from '../nn/vit.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import { type ImageSource, imageBatches } from './image-batches.ts';
import type { FeatureRows } from './neighbours.ts';

/** The block after which a feature is taken, and the pooling of its tokens. */
export interface FeaturePlace {
  /** Number of blocks that are applied, 1 to depth. */
  readonly layer: number;
  readonly pooling: Pooling;
}

export interface FeatureSet extends FeaturePlace {
  readonly rows: FeatureRows;
}

export interface FeatureRequest extends ImageSource {
  readonly vit: VitConfig;
  /** Networks of that shape with tensors by checkpoint names: a trunk's and `norm` or `fc_norm`. */
  readonly networks: readonly NamedTensors[];
  readonly layers: readonly number[] | 'last';
  readonly poolings: readonly Pooling[];
  readonly device?: string;
  /** `float32` when left out; features are float32 numbers in every one. */
  readonly precision?: Precision | undefined;
  readonly batchSize?: number;
}

const BATCH_SIZE = 64;

/**
 * Features of all images for all networks; each image is loaded once.
 *
 * @returns per network the sets, by layer, then by pooling, in the requested order
 * @throws StudioError `layer-unknown`, `weights-mismatch`, `device-unknown`, `device-unavailable`,
 *   `precision-unavailable`
 */
export async function extractFeatures(request: FeatureRequest): Promise<FeatureSet[][]> {
  const { vit, networks, images } = request;
  const places = featurePlaces(request);
  const batchSize = Math.max(1, Math.min(request.batchSize ?? BATCH_SIZE, images));
  const width = vit.embedDim;
  const found = networks.map(() =>
    places.map((place): FeatureSet => {
      const data = new Float32Array(images * width);
      return { ...place, rows: { data, count: images, width } };
    }),
  );
  const programs = await openFeatures({ ...request, batchSize });
  try {
    for await (const { start, end, data } of imageBatches(request, batchSize, imageElements(vit)))
      for (const [i, program] of programs.entries()) {
        const results = await program.run('main', { images: data });
        for (const { rows, ...place } of found[i]!) {
          const batch = results.get(outputName(place))!.data;
          rows.data.set(batch.subarray(0, (end - start) * width), start * width);
        }
      }
    return found;
  } finally {
    for (const program of programs) await program.dispose();
  }
}

/** A program for each network, whose entry `main` takes `images`: a whole batch. */
export async function openFeatures(
  request: Omit<FeatureRequest, keyof ImageSource> & {
    readonly batchSize: number;
    readonly threads?: number;
  },
) {
  const { vit, networks, batchSize, threads, precision = 'float32' } = request;
  const module = featureModule(vit, featurePlaces(request), batchSize);
  const states = networks.map((tensors) => featureState(module, tensors));
  const { executor, id } = needPrecision(await openDevice(request.device), precision);
  const options = { device: id, precision, ...defined({ threads }) };
  const programs = await Promise.all(states.map(() => executor.compile(module, options)));
  for (const [i, program] of programs.entries()) await program.writeState(states[i]!);
  return programs;
}

function featurePlaces({
  vit,
  layers,
  poolings,
}: Pick<FeatureRequest, 'vit' | 'layers' | 'poolings'>): FeaturePlace[] {
  const wanted = layers === 'last' ? [vit.depth] : layers.map((layer) => layerOf(vit, layer));
  return wanted.flatMap((layer) => poolings.map((pooling) => ({ layer, pooling })));
}

/** @returns the given layer, or the last. @throws StudioError `layer-unknown` */
export function layerOf({ depth }: VitConfig, layer = depth): number {
  if (Number.isInteger(layer) && layer >= 1 && layer <= depth) return layer;
  throw new StudioError(
    'layer-unknown',
    `There is no layer ${layer} in a network of ${depth} blocks.`,
    { advice: `Choose layers from 1 to ${depth}.` },
  );
}

function outputName({ layer, pooling }: FeaturePlace): string {
  return `${layer}.${pooling}`;
}

function featureModule(vit: VitConfig, places: readonly FeaturePlace[], batchSize: number) {
  const used = { ...vit, depth: Math.max(...places.map(({ layer }) => layer)) };
  const specs = vitParameters(used, { maskToken: false, norm: true });
  const p = stateParameters('', specs);
  const images = ir.feed('images', [batchSize, ...imageShape(vit)]);
  const after = trunkForward(p, images, used);
  return {
    state: float32State(specs),
    entries: {
      main: entry('features', {
        feeds: { images },
        taps: places.map((place) => ({
          name: outputName(place),
          role: 'result',
          node: poolTokens(p, after[place.layer - 1]!, vit, {
            pooling: place.pooling,
            norm: 'norm',
          }),
        })),
      }),
    },
  } satisfies Module;
}

/** With mean pooling the norm has another name in classifiers. */
export function featureState({ state }: Module, tensors: NamedTensors): NamedTensors<'f32'> {
  return pickTensors(state, tensors, (name) =>
    name.startsWith('norm.') && !tensors.has(name) ? `fc_${name}` : name,
  );
}
