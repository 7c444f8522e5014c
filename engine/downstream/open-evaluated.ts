/** Open a trained network with classes, by reference; an ONNX file is run as it is. */
import { StudioError } from '../contract/errors.ts';
import { isNarrowPrecision, type Precision } from '../contract/precision.ts';
import { usageError } from '../contract/usage-error.ts';
import { isOnnxFile, openOnnxModel } from '../models/onnx-model.ts';
import { type ModelReference, openModel, refuseCheckpoint } from '../models/open-model.ts';
import type { EvaluatedModel } from '../tasks/labelled-task.ts';

export interface OpenedModel {
  readonly model: EvaluatedModel;
  /** Assumptions where the files lack information. */
  readonly notes: readonly string[];
}

/**
 * @param otherwise what can be done with a network without classes, as a clause
 * @param precision asked for
 * @throws StudioError `usage` for an ONNX file in a narrow precision, `model-without-classifier`,
 *   `onnx-unusable`, and errors of opening models
 */
export async function openEvaluated(
  workspace: string,
  { reference, ...which }: ModelReference,
  otherwise: string,
  precision: Precision = 'float32',
): Promise<OpenedModel> {
  if (isOnnxFile(reference)) {
    if (isNarrowPrecision(precision)) throw ownPrecision(reference, precision);
    refuseCheckpoint(reference, which.step);
    const model = await openOnnxModel(reference, otherwise);
    return { model, notes: ['An ONNX file is run on the CPU, by ONNX Runtime.'] };
  }
  const { model, report } = await openModel(reference, { workspace, ...which });
  const { head, segmenter, detector } = model;
  if (head !== undefined) return { model: { ...model, head }, notes: report.notes };
  if (segmenter !== undefined) return { model: { ...model, segmenter }, notes: report.notes };
  if (detector !== undefined) return { model: { ...model, detector }, notes: report.notes };
  throw new StudioError(
    'model-without-classifier',
    `${model.origin} is a network without a classifier.`,
    { advice: `Fine-tune it first (conmim finetune), or ${otherwise}.` },
  );
}

function ownPrecision(file: string, precision: Precision): StudioError {
  return usageError(
    `${file} is an ONNX file, which is run as it is and not in ${precision}; leave out --precision.`,
  );
}
