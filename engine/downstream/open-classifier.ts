/** Open a trained network with classes, by reference; an ONNX file is run as it is. */
import { StudioError } from '../contract/errors.ts';
import type { Model } from '../models/model.ts';
import { isOnnxFile, openOnnxClassifier } from '../models/onnx-classifier.ts';
import { type ModelReference, openModel, refuseCheckpoint } from '../models/open-model.ts';
import type { Classifier, EvaluatedModel } from '../tasks/labelled-task.ts';

export interface OpenedClassifier {
  readonly model: Classifier;
  /** Assumptions where the files lack information. */
  readonly notes: readonly string[];
}

/**
 * @param otherwise what can be done with a network without classes, as a clause
 * @throws StudioError `model-without-classifier`, `onnx-unusable`, and errors of opening models
 */
export async function openClassifier(
  workspace: string,
  { reference, ...which }: ModelReference,
  otherwise: string,
): Promise<OpenedClassifier> {
  if (isOnnxFile(reference)) {
    refuseCheckpoint(reference, which.step);
    const model = await openOnnxClassifier(reference, otherwise);
    return { model, notes: ['An ONNX file is run on the CPU, by ONNX Runtime.'] };
  }
  return classifierOf(await openModel(reference, { workspace, ...which }), otherwise);
}

function classifierOf(
  { model, report }: Awaited<ReturnType<typeof openModel>>,
  otherwise: string,
): OpenedClassifier {
  const { head, segmenter } = model;
  if (head !== undefined) return { model: { ...model, head }, notes: report.notes };
  if (segmenter !== undefined) throw notForPixels(model);
  throw new StudioError(
    'model-without-classifier',
    `${model.origin} is a network without a classifier.`,
    { advice: `Fine-tune it first (conmim finetune), or ${otherwise}.` },
  );
}

/** @throws StudioError as `openClassifier` does, except that pixels may have classes */
export async function openEvaluated(
  workspace: string,
  model: ModelReference,
  otherwise: string,
): Promise<{ readonly model: EvaluatedModel; readonly notes: readonly string[] }> {
  if (isOnnxFile(model.reference)) return openClassifier(workspace, model, otherwise);
  const { reference, ...which } = model;
  const opened = await openModel(reference, { workspace, ...which });
  const { segmenter } = opened.model;
  if (segmenter === undefined) return classifierOf(opened, otherwise);
  return { model: { ...opened.model, segmenter }, notes: opened.report.notes };
}

function notForPixels({ origin }: Model): StudioError {
  return new StudioError(
    'model-without-classifier',
    `${origin} gives each pixel a class, and not an image.`,
    { advice: 'Evaluate it on images with masks: conmim evaluate --model RUN --data DIR.' },
  );
}
