/** Evaluation of a network with a head on labelled images, by its task. */
import type { CsvStyle } from '../contract/csv-text.ts';
import { StudioError } from '../contract/errors.ts';
import type { Model } from '../models/model.ts';
import { type ModelReference, openModel } from '../models/open-model.ts';
import type { Judgement, JudgeRequest } from '../tasks/labelled-task.ts';
import { labelledTask } from '../tasks/register.ts';
import { refuseTakenEvaluation, writeEvaluation } from '../tasks/shared/evaluation-files.ts';

export interface EvaluateOrder
  extends CsvStyle,
    Pick<JudgeRequest, 'workspace' | 'data' | 'labelSeparator' | 'device' | 'onProgress'> {
  readonly model: ModelReference;
  /** Name of the task; by default that of the network's head. */
  readonly task?: string | undefined;
  /** Folder for tables; none are written without it. */
  readonly out?: string;
}

export interface Evaluation extends Omit<Judgement, 'tables'> {
  readonly files: readonly string[];
}

/**
 * @param taskOf finds a task by name; tests replace it
 * @throws StudioError `model-without-classifier`, `target-taken`, and errors of opening models and
 *   evaluating
 */
export async function evaluate(order: EvaluateOrder, taskOf = labelledTask): Promise<Evaluation> {
  const { workspace, model: which, data, labelSeparator, out, device, onProgress } = order;
  if (out !== undefined) await refuseTakenEvaluation(out);
  const { reference, ...rest } = which;
  const { model, report: opened } = await openModel(reference, { workspace, ...rest });
  const head = headOf(model);
  const task = await taskOf(order.task ?? head.task);
  if (out !== undefined) await refuseTakenEvaluation(out, task.tables);
  const images = { workspace, data, labelSeparator };
  const request = { ...images, model: { ...model, head }, device, onProgress };
  const { tables, ...judged } = await task.judge(request);
  const { evaluation } = judged.report;
  const files =
    out === undefined ? [] : await writeEvaluation(out, task.tables, tables(), evaluation, order);
  return { ...judged, files, warnings: [...opened.notes, ...judged.warnings] };
}

function headOf({ head, origin }: Model) {
  if (head !== undefined) return head;
  throw new StudioError(
    'model-without-classifier',
    `${origin} is a network without a classifier.`,
    {
      advice: 'Fine-tune it first (conmim finetune), or evaluate its features with conmim knn.',
    },
  );
}
