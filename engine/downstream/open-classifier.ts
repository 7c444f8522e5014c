/** A trained network that classifies, by reference. */
import { StudioError } from '../contract/errors.ts';
import { type ModelReference, openModel } from '../models/open-model.ts';
import type { ModelWithHead } from '../tasks/labelled-task.ts';

export interface OpenedClassifier {
  readonly model: ModelWithHead;
  /** What the files did not say and was assumed. */
  readonly notes: readonly string[];
}

/**
 * @param otherwise what else can be done with a network that has no classes, as a clause
 * @throws StudioError `model-without-classifier`, and as opening models does
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
