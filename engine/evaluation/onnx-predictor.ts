/** A classifier in an ONNX file, which predicts batches on the CPU. */
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
  const { file, imageSize, classes, batchSize } = options;
  const opened = await openOnnxFile(file).catch((error: unknown) => {
    throw unusable(file, 'cannot be read by ONNX Runtime', error);
  });
  try {
    requireNames(file, opened);
  } catch (error) {
    await opened.dispose();
    throw error;
  }
  const shape = [batchSize, 3, ...imageSize];
  return {
    batchSize,
    async predict(images) {
      const results = await opened
        .run({ [INPUT]: { shape, data: images } }, [OUTPUT])
        .catch((error: unknown) => {
          throw unusable(file, `cannot be run on ${shape.join(' x ')} images`, error);
        });
      const { shape: found, data } = results.get(OUTPUT)!;
      if (found.join() === [batchSize, classes].join()) return data as Float32Array;
      throw unusable(
        file,
        `gives logits of ${found.join(' x ')} where its metadata names ${classes} classes`,
      );
    },
    dispose: () => opened.dispose(),
  };
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
