/**
 * The projection head: three linear layers, each followed by batch normalisation with this batch's
 * statistics over every token; running statistics are kept for export only.
 */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import { ones, type ParameterSpec, type Parameters, truncatedNormal, zeros } from './parameters.ts';

const BATCH_NORM_EPS = 1e-5;
const BATCH_NORM_MOMENTUM = 0.1;

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
    ...(affine
      ? [
          { name: `projectors.${norm}.weight`, shape: [sizes[i + 1]!], init: ones },
          { name: `projectors.${norm}.bias`, shape: [sizes[i + 1]!], init: zeros },
        ]
      : []),
  ]);
}

/** Running statistics: no gradient, no EMA. */
export function projectorBuffers(config: ProjectorConfig): ParameterSpec[] {
  const sizes = widths(config);
  return LAYERS.flatMap(({ norm }, i): ParameterSpec[] => [
    { name: `projectors.${norm}.running_mean`, shape: [sizes[i + 1]!], init: zeros },
    { name: `projectors.${norm}.running_var`, shape: [sizes[i + 1]!], init: ones },
  ]);
}

export interface Projection {
  /** [T, outputDim] */
  readonly output: Node;
  /** next values of the running statistics, by buffer name */
  readonly buffers: ReadonlyMap<string, Node>;
}

/** @param x [T, embedDim], all tokens of the batch */
export function projectorForward(p: Parameters, x: Node): Projection {
  const buffers = new Map<string, Node>();
  let value = x;
  for (const { linear, norm, affine } of LAYERS) {
    const name = `projectors.${norm}`;
    const product = ir.linear(value, p(`projectors.${linear}.weight`));
    const [rows, columns] = product.shape as [number, number];
    const move = (buffer: string, statistic: Node) =>
      buffers.set(
        buffer,
        ir.add(
          ir.mul(p(buffer), 1 - BATCH_NORM_MOMENTUM),
          ir.mul(ir.reshape(statistic, [columns]), BATCH_NORM_MOMENTUM),
        ),
      );
    move(`${name}.running_mean`, ir.mean(product, [0], true));
    move(`${name}.running_var`, ir.mul(ir.columnVariance(product), rows / (rows - 1)));
    const scaled = affine ? { scale: p(`${name}.weight`), bias: p(`${name}.bias`) } : undefined;
    const normal = ir.batchNorm(product, scaled, BATCH_NORM_EPS);
    value = affine ? ir.relu(normal) : normal;
  }
  return { output: value, buffers };
}
