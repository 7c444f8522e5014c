/** The task of a network that is named, from its files; of an ONNX file only the metadata is read. */
import { defined } from '../contract/defined.ts';
import { DEFAULT_TASK } from '../contract/tasks.ts';
import type { TaskOrder, ToolOutput } from '../contract/tools.ts';
import { headOfModel, taskOfModel } from '../models/model.ts';
import { isOnnxFile, openOnnxModel } from '../models/onnx-model.ts';
import { openModel } from '../models/open-model.ts';

/** @throws StudioError those of opening models */
export async function modelTask({
  workspace,
  reference,
}: TaskOrder): Promise<ToolOutput<'modelTask'>> {
  if (isOnnxFile(reference)) {
    const model = await openOnnxModel(reference, 'choose a fine-tuned network');
    return { task: taskOfModel(model) ?? DEFAULT_TASK };
  }
  const { model } = await openModel(reference, { workspace });
  const head = headOfModel(model);
  return defined({ task: head && (head.task ?? DEFAULT_TASK) });
}
