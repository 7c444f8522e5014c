/**
 * A network with classes in an ONNX file, which is run as it is: `conmim export --format onnx` writes what its
 * graph does not tell, the classes and how images are prepared, as metadata.
 */

import { statSync } from 'node:fs';
import { z } from 'zod';
import { classLabelsSchema } from '../contract/class-labels.ts';
import { defined } from '../contract/defined.ts';
import { StudioError } from '../contract/errors.ts';
import { MOST_CHANNELS } from '../contract/settings/setting.ts';
import { findsObjects, hasPixelClasses } from '../contract/tasks.ts';
import { readOnnxMetadata } from '../formats/onnx/read-metadata.ts';
import type { ImageShape } from '../nn/image-shape.ts';
import { channels, deviations, json, size, threshold, valueRange } from './import/hint-fields.ts';
import type { Detector, Head, Model, Segmenter } from './model.ts';

interface OnnxModel extends Pick<Model, 'origin' | 'valueRange' | 'mean' | 'std' | 'about'> {
  readonly onnxFile: string;
  readonly vit: ImageShape;
}

export interface OnnxClassifier extends OnnxModel {
  readonly head: Head;
}

/** Its file has logits on a grid, [batch, classes, rows, cols]. */
export interface OnnxSegmenter extends OnnxModel {
  readonly segmenter: Omit<Segmenter, 'head'>;
}

/** Its file has outputs for each query, as onnx-detector.ts writes them. */
export interface OnnxDetector extends OnnxModel {
  readonly detector: Pick<Detector, 'task' | 'labels' | 'classes'>;
}

const needed = {
  image_size: json(z.tuple([size, size])),
  mean: json(channels),
  std: json(deviations),
  classes: json(z.array(z.string()).min(1)),
};
const others = z.object({
  channels: json(z.int().min(1).max(MOST_CHANNELS)).optional().catch(undefined),
  value_range: json(valueRange).optional().catch(undefined),
  origin: z.string().optional().catch(undefined),
  task: z.string().optional(),
  pooling: z.enum(['mean', 'cls']).catch('mean'),
  threshold: threshold.optional().catch(undefined),
  class_labels: json(classLabelsSchema).optional().catch(undefined),
});

/** Whether there is an ONNX file, by its name. */
export function isOnnxFile(at: string): boolean {
  return /\.onnx$/i.test(at) && statSync(at, { throwIfNoEntry: false })?.isFile() === true;
}

/** @throws StudioError `onnx-unusable`; `model-without-classifier` for an exported trunk */
export async function openOnnxModel(
  file: string,
  otherwise: string,
): Promise<OnnxClassifier | OnnxSegmenter | OnnxDetector> {
  const metadata = Object.fromEntries(await readOnnxMetadata(file));
  const missing = Object.entries(needed).flatMap(([key, schema]) =>
    schema.safeParse(metadata[key]).success ? [] : [key],
  );
  if (missing.length === 1 && missing[0] === 'classes' && metadata['classes'] === undefined)
    throw new StudioError(
      'model-without-classifier',
      `${file} is a network without a classifier.`,
      {
        advice: `Fine-tune the run that it was exported from, or ${otherwise}.`,
      },
    );
  if (missing.length > 0)
    throw new StudioError(
      'onnx-unusable',
      `${file} does not tell ${missing.join(', ')} in its metadata, as conmim export --format onnx does.`,
      {
        advice: `Export it here again, give the weights that it was made from, or add ${missing.length === 1 ? 'the entry' : 'these entries'} as JSON (docs/predict.md).`,
        details: { missing },
      },
    );
  const { image_size: imageSize, mean, std, classes } = z.object(needed).parse(metadata);
  const {
    origin = file,
    pooling,
    threshold: least,
    task,
    class_labels: labels,
    channels: count = mean.length,
    value_range: range = 'type',
  } = others.parse(metadata);
  const vit = { channels: count, imageSize };
  const plain = { onnxFile: file, origin, vit, valueRange: range, mean, std, about: {} };
  const dense = { ...defined({ task, labels }), classes };
  if (findsObjects(task)) return { ...plain, detector: dense };
  if (hasPixelClasses(task)) return { ...plain, segmenter: dense };
  return { ...plain, head: { ...defined({ task, threshold: least }), classes, pooling } };
}
