/** Outputs of a network in an ONNX file for batches of images, on the CPU. */

import { StudioError } from '../contract/errors.ts';
import { type OnnxFile, openOnnxFile } from '../executors/onnx-file.ts';
import { type ImageShape, imageElements, imageShape } from '../nn/image-shape.ts';

const INPUT = 'pixel_values';

export interface OnnxImages extends ImageShape {
  readonly file: string;
}

export interface OnnxOutput {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface OnnxOutputs<N extends string> {
  /**
   * @param images [batchSize, C, H, W], normalised
   * @throws StudioError `onnx-unusable`
   */
  run(images: Float32Array, batchSize: number): Promise<Record<N, OnnxOutput>>;
  /** The outputs for an image of zeros, for their shapes. */
  try(): Promise<Record<N, OnnxOutput>>;
  dispose(): Promise<void>;
}

/** @throws StudioError `onnx-unusable` */
export async function openOnnxOutputs<N extends string>(
  { file, ...images }: OnnxImages,
  names: readonly N[],
): Promise<OnnxOutputs<N>> {
  const opened = await openOnnxFile(file).catch((error: unknown) => {
    throw unusable(file, 'cannot be read by ONNX Runtime', error);
  });
  try {
    requireNames(file, opened, names);
  } catch (error) {
    await opened.dispose();
    throw error;
  }
  const run = async (data: Float32Array, batchSize: number) => {
    const shape = [batchSize, ...imageShape(images)];
    const results = await opened
      .run({ [INPUT]: { shape, data } }, names)
      .catch((error: unknown) => {
        throw unusable(file, `cannot be run on ${shape.join(' x ')} images`, error);
      });
    const outputs = names.map((name): [N, OnnxOutput] => {
      const { shape: found, data: values } = results.get(name)!;
      return [name, { shape: found, data: values as Float32Array }];
    });
    return Object.fromEntries(outputs) as Record<N, OnnxOutput>;
  };
  return {
    run,
    try: () => run(new Float32Array(imageElements(images)), 1),
    dispose: () => opened.dispose(),
  };
}

/**
 * @param data [batch, channels, cells]
 * @returns [batch, cells, channels]
 */
export function channelsLast(data: Float32Array, channels: number, cells: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let at = 0; at < data.length; at += channels * cells)
    for (let channel = 0; channel < channels; channel++)
      for (let cell = 0; cell < cells; cell++)
        turned[at + cell * channels + channel] = data[at + channel * cells + cell]!;
  return turned;
}

function requireNames(file: string, { inputs, outputs }: OnnxFile, names: readonly string[]): void {
  const missing = [
    ...(inputs.includes(INPUT) ? [] : [`input ${INPUT}`]),
    ...names.filter((name) => !outputs.includes(name)).map((name) => `output ${name}`),
  ];
  if (missing.length > 0) throw unusable(file, `has no ${missing.join(' and no ')}`);
}

export function unusable(file: string, how: string, cause?: unknown): StudioError {
  return new StudioError('onnx-unusable', `${file} ${how}.`, {
    advice:
      'Export it again with conmim export --format onnx, or give the weights it was made from.',
    cause,
  });
}
