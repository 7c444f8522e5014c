/**
 * The projection head: three linear layers, each followed by batch normalisation with this batch's
 * statistics over every token; running statistics are kept for export only.
 */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import {
  batchNormBuffers,
  batchNormParameters,
  statisticsOver,
  trainedBatchNorm,
} from './batch-norm.ts';
import { type ParameterSpec, type Parameters, truncatedNormal } from './parameters.ts';

export interface ProjectorConfig {
  readonly embedDim: number;
  readonly hiddenDim: number;
  readonly outputDim: number;
}

const LAYERS = [
  { linear: 0, norm: 1, affine: true },
  { linear: 3, norm: 4, affine: true },
  { linear: 6, norm: 7, affine: false },
] as const;

function widths({ embedDim, hiddenDim, outputDim }: ProjectorConfig): number[] {
  return [embedDim, hiddenDim, hiddenDim, outputDim];
}

export function projectorParameters(config: ProjectorConfig): ParameterSpec[] {
  const sizes = widths(config);
  return LAYERS.flatMap(({ linear, norm, affine }, i): ParameterSpec[] => [
    {
      name: `projectors.${linear}.weight`,
      shape: [sizes[i + 1]!, sizes[i]!],
      init: truncatedNormal,
    },
    ...(affine ? batchNormParameters(`projectors.${norm}`, sizes[i + 1]!) : []),
  ]);
}

/** Running statistics: no gradient, no EMA. */
export function projectorBuffers(config: ProjectorConfig): ParameterSpec[] {
  const sizes = widths(config);
  return LAYERS.flatMap(({ norm }, i) => batchNormBuffers(`projectors.${norm}`, sizes[i + 1]!));
}

export interface Projection {
  /** [T, outputDim] */
  readonly output: Node;
  /** next values of the running statistics, by buffer name */
  readonly buffers: ReadonlyMap<string, Node>;
}

/**
 * @param x     [T, embedDim], all tokens of the batch, or of a rank's share
 * @param ranks whose tokens are normalised together
 */
export function projectorForward(p: Parameters, x: Node, ranks = 1): Projection {
  const statistics = statisticsOver(ranks);
  let value = x;
  for (const { linear, norm, affine } of LAYERS) {
    const name = `projectors.${norm}`;
    const product = ir.linear(value, p(`projectors.${linear}.weight`));
    const scaled = affine ? { scale: p(`${name}.weight`), bias: p(`${name}.bias`) } : undefined;
    const normal = trainedBatchNorm(p, name, product, scaled, statistics);
    value = affine ? ir.relu(normal) : normal;
  }
  return { output: value, buffers: statistics.next };
}
