/** Evaluation of a network with a head on labelled images, by its task. */
import type { CsvStyle } from '../contract/csv-text.ts';
import { DEFAULT_TASK, hasPixelClasses } from '../contract/tasks.ts';
import { usageError } from '../contract/usage-error.ts';
import { taskOfModel } from '../models/model.ts';
import type { ModelReference } from '../models/open-model.ts';
import type { EvaluateRequest, EvaluationOutput } from '../tasks/labelled-task.ts';
import { labelledTask } from '../tasks/register.ts';
import { computedIn } from '../tasks/shared/computed-in.ts';
import { refuseTakenEvaluation, writeEvaluation } from '../tasks/shared/evaluation-files.ts';
import { openEvaluated } from './open-evaluated.ts';

export interface EvaluateOrder
  extends CsvStyle,
    Pick<
      EvaluateRequest,
      | 'workspace'
      | 'data'
      | 'split'
      | 'labelSeparator'
      | 'dense'
      | 'threshold'
      | 'device'
      | 'precision'
      | 'onProgress'
    > {
  readonly model: ModelReference;
  /** Name of the task; by default that of the network's head. */
  readonly task?: string | undefined;
  /** Folder for tables; none are written without it. */
  readonly out?: string;
}

export interface EvaluateOutcome extends EvaluationOutput {
  readonly files: readonly string[];
}

/**
 * @param taskOf finds a task by name; tests replace it
 * @throws StudioError `model-without-classifier`, `target-taken`, and errors of opening models and
 *   evaluating
 */
export async function evaluate(
  order: EvaluateOrder,
  taskOf = labelledTask,
): Promise<EvaluateOutcome> {
  const { workspace, data, split, labelSeparator, dense, threshold, out, device, onProgress } =
    order;
  const { precision = 'float32' } = order;
  if (out !== undefined) await refuseTakenEvaluation(out);
  const otherwise = 'evaluate its features with conmim knn';
  const { model, notes } = await openEvaluated(workspace, order.model, otherwise, precision);
  const own = taskOfModel(model);
  const task = await taskOf(order.task ?? own);
  const isOther = task.id !== (own ?? DEFAULT_TASK);
  if (isOther && (hasPixelClasses(own) || hasPixelClasses(task.id)))
    throw usageError(
      `${model.origin} is a network of the task ${own ?? DEFAULT_TASK}, not of ${task.id}.`,
    );
  if (out !== undefined) await refuseTakenEvaluation(out, task.tables);
  const request = {
    workspace,
    data,
    split,
    labelSeparator,
    dense,
    threshold,
    model,
    device,
    precision,
    onProgress,
  };
  const judged = await task.evaluate(request);
  const report = 'onnxFile' in model ? judged.report : computedIn(judged.report, precision);
  const files = out === undefined ? [] : await writeEvaluation(out, task.tables, report, order);
  return { ...judged, report, files, warnings: [...notes, ...judged.warnings] };
}
