/** Networks in ONNX files that classify images or their pixels, which predict batches on the CPU. */
import {
  channelsLast,
  type OnnxImages,
  type OnnxOutput,
  openOnnxOutputs,
  unusable,
} from './onnx-outputs.ts';
import type { Predictor } from './predictor.ts';

export interface OnnxPredictorOptions extends OnnxImages {
  readonly classes: number;
  readonly batchSize: number;
}

/** @throws StudioError `onnx-unusable` */
export async function openOnnxPredictor(options: OnnxPredictorOptions): Promise<Predictor> {
  const { batchSize } = options;
  const { run, dispose } = await openOnnxOutputs(options, ['logits']);
  return {
    batchSize,
    async predict(images) {
      const { logits } = await run(images, batchSize);
      requireClasses(options, logits, 2);
      return logits.data;
    },
    dispose,
  };
}

export interface OnnxMaps {
  /** Of the logits. */
  readonly grid: { readonly rows: number; readonly cols: number };
  /** @param images [batchSize, C, H, W] @returns [batchSize·rows·cols, classes] */
  readonly predict: (images: Float32Array) => Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** A network that gives each pixel a class. @throws StudioError `onnx-unusable` */
export async function openOnnxMaps(options: OnnxPredictorOptions): Promise<OnnxMaps> {
  const { classes, batchSize } = options;
  const opened = await openOnnxOutputs(options, ['logits']);
  try {
    const { logits } = await opened.try();
    requireClasses(options, logits, 4);
    const [, , rows, cols] = logits.shape as [number, number, number, number];
    return {
      grid: { rows, cols },
      async predict(images) {
        const { data } = (await opened.run(images, batchSize)).logits;
        return channelsLast(data, classes, rows * cols);
      },
      dispose: opened.dispose,
    };
  } catch (error) {
    await opened.dispose();
    throw error;
  }
}

/** The second axis are the classes. @throws StudioError `onnx-unusable` */
function requireClasses(
  { file, classes }: OnnxPredictorOptions,
  { shape }: OnnxOutput,
  axes: number,
): void {
  if (shape.length === axes && shape[1] === classes) return;
  throw unusable(
    file,
    `gives logits of ${shape.join(' x ')} where its metadata names ${classes} classes`,
  );
}
