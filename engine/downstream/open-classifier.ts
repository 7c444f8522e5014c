/** Open a trained network with classes, by reference. */
import { StudioError } from '../contract/errors.ts';
import { type ModelReference, openModel } from '../models/open-model.ts';
import type { ModelWithHead } from '../tasks/labelled-task.ts';

export interface OpenedClassifier {
  readonly model: ModelWithHead;
  /** Assumptions where the files lack information. */
  readonly notes: readonly string[];
}

/**
 * @param otherwise what can be done with a network without classes, as a clause
 * @throws StudioError `model-without-classifier`, and errors of opening models
 */
export async function openClassifier(
  workspace: string,
  { reference, ...which }: ModelReference,
  otherwise: string,
): Promise<OpenedClassifier> {
  const { model, report } = await openModel(reference, { workspace, ...which });
  const { head } = model;
  if (head !== undefined) return { model: { ...model, head }, notes: report.notes };
  throw new StudioError(
    'model-without-classifier',
    `${model.origin} is a network without a classifier.`,
    { advice: `Fine-tune it first (conmim finetune), or ${otherwise}.` },
  );
}
