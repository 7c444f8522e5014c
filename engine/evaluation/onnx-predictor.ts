/** Networks in ONNX files, which predict batches on the CPU. */
import { StudioError } from '../contract/errors.ts';
import { type OnnxFile, openOnnxFile } from '../executors/onnx-file.ts';
import type { Predictor } from './predictor.ts';

const INPUT = 'pixel_values';
const OUTPUT = 'logits';

export interface OnnxPredictorOptions {
  readonly file: string;
  readonly imageSize: readonly [number, number];
  readonly classes: number;
  readonly batchSize: number;
}

/** @throws StudioError `onnx-unusable` */
export async function openOnnxPredictor(options: OnnxPredictorOptions): Promise<Predictor> {
  const { classes, batchSize } = options;
  const { logits, dispose } = await openLogits(options);
  return {
    batchSize,
    async predict(images) {
      const { shape, data } = await logits(images, batchSize);
      if (shape.length !== 2) throw otherShape(options, shape, classes);
      return data;
    },
    dispose,
  };
}

export interface OnnxMaps {
  /** Of the logits. */
  readonly grid: { readonly rows: number; readonly cols: number };
  /** @param images [batchSize, 3, H, W] @returns [batchSize·rows·cols, classes] */
  readonly predict: (images: Float32Array) => Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** A network that gives each pixel a class. @throws StudioError `onnx-unusable` */
export async function openOnnxMaps(options: OnnxPredictorOptions): Promise<OnnxMaps> {
  const { imageSize, classes, batchSize } = options;
  const { logits, dispose } = await openLogits(options);
  try {
    const { shape } = await logits(new Float32Array(3 * imageSize[0] * imageSize[1]), 1);
    const [, , rows, cols] = shape;
    if (rows === undefined || cols === undefined) throw otherShape(options, shape, classes);
    return {
      grid: { rows, cols },
      predict: async (images) =>
        channelsLast((await logits(images, batchSize)).data, classes, rows * cols),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** @param data [batch, classes, cells] */
function channelsLast(data: Float32Array, classes: number, cells: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let at = 0; at < data.length; at += classes * cells)
    for (let label = 0; label < classes; label++)
      for (let cell = 0; cell < cells; cell++)
        turned[at + cell * classes + label] = data[at + label * cells + cell]!;
  return turned;
}

/** The output `logits` of a file, whose second axis are the classes. */
async function openLogits({ file, imageSize, classes }: OnnxPredictorOptions) {
  const opened = await openOnnxFile(file).catch((error: unknown) => {
    throw unusable(file, 'cannot be read by ONNX Runtime', error);
  });
  try {
    requireNames(file, opened);
  } catch (error) {
    await opened.dispose();
    throw error;
  }
  return {
    async logits(images: Float32Array, batchSize: number) {
      const shape = [batchSize, 3, ...imageSize];
      const results = await opened
        .run({ [INPUT]: { shape, data: images } }, [OUTPUT])
        .catch((error: unknown) => {
          throw unusable(file, `cannot be run on ${shape.join(' x ')} images`, error);
        });
      const found = results.get(OUTPUT)!;
      if (found.shape[0] !== batchSize || found.shape[1] !== classes)
        throw otherShape({ file }, found.shape, classes);
      return { shape: found.shape, data: found.data as Float32Array };
    },
    dispose: () => opened.dispose(),
  };
}

function otherShape(
  { file }: { readonly file: string },
  shape: readonly number[],
  classes: number,
) {
  return unusable(
    file,
    `gives logits of ${shape.join(' x ')} where its metadata names ${classes} classes`,
  );
}

function requireNames(file: string, { inputs, outputs }: OnnxFile): void {
  const missing = [
    ...(inputs.includes(INPUT) ? [] : [`input ${INPUT}`]),
    ...(outputs.includes(OUTPUT) ? [] : [`output ${OUTPUT}`]),
  ];
  if (missing.length > 0) throw unusable(file, `has no ${missing.join(' and no ')}`);
}

function unusable(file: string, how: string, cause?: unknown): StudioError {
  return new StudioError('onnx-unusable', `${file} ${how}.`, {
    advice:
      'Export it again with conmim export --format onnx, or give the weights it was made from.',
    cause,
  });
}
