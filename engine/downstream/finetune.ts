/** Fine-tuning from a trained network or from scratch, as a run. */
import { defined } from '../contract/defined.ts';
import { type Mode, modeText } from '../contract/mode.ts';
import type { SettingValues } from '../contract/settings/setting.ts';
import { type Model, taskOfModel } from '../models/model.ts';
import { type ModelReference, openModel } from '../models/open-model.ts';
import type { LabelledSpec } from '../runs/labelled-spec.ts';
import type { LabelledTypes } from '../tasks/labelled-task.ts';
import { labelledTask } from '../tasks/register.ts';
import type { LoadReport } from '../tasks/shared/load-weights.ts';
import type { PREPARED_USES } from '../train/prepared/prepared-source.ts';
import type { RunListener } from '../train/run-listener.ts';
import { fitRun, type StartRequest, startRun } from '../train/start-run.ts';
import type { RunOutcome } from '../train/train-run.ts';

export interface FinetuneOrder extends RunListener {
  /** That share each batch; this one is the first. Alone when left out. */
  readonly ranks?: StartRequest<LabelledTypes>['ranks'];
  /** Of the ranks of each machine, in place of `device`. */
  readonly devices?: readonly string[] | undefined;
  readonly workspace: string;
  readonly name?: string;
  readonly from: ModelReference | 'scratch';
  /** Initialise randomly, in the dimensions of `from`: the baseline of its weights. */
  readonly fromScratch?: boolean;
  readonly labelled: Omit<LabelledSpec, 'pretrainedOn' | 'pretrainedWithout'>;
  /** A preset or file; by default chosen by the network's width. */
  readonly recipe?: string;
  readonly overrides: SettingValues;
  /** Base of relative paths of recipes. */
  readonly folder: string;
  readonly mode: Mode;
  /** Name of the task; by default that of the head of `from`. */
  readonly task?: string | undefined;
  readonly device: string;
  /** Whether prepared images are read where there are any, which is the default. */
  readonly prepared?: (typeof PREPARED_USES)[number] | undefined;
  /** Folder of the comparison to which the run belongs. */
  readonly comparison?: string;
  /** Called with each assumption about the opened network, as a sentence. */
  readonly onNote?: (note: string) => void;
  readonly onLoaded?: (report: LoadReport) => void;
}

/** @param taskOf finds a task by name; tests replace it @throws StudioError before any writing */
export async function finetune(
  order: FinetuneOrder,
  taskOf = labelledTask,
): Promise<RunOutcome<LabelledTypes>> {
  const { mode, from, overrides, folder, workspace, recipe: reference } = order;
  const model = from === 'scratch' ? undefined : await openFrom(order, from);
  const task = await taskOf(order.task ?? (model && taskOfModel(model)));
  const { name, recipe } = task.loadRecipe({
    reference,
    source: { folder, workspace },
    overrides,
    mode,
    model,
  });
  const start = order.fromScratch === true ? undefined : model;
  const { folders: seen = [], excluded: pretrainedWithout } = model?.about.dataset ?? {};
  const request = {
    ...order,
    name: order.name ?? `${name}-${modeText(mode).replace(':', '-')}`,
    from: task.start(start, order.onLoaded ?? (() => undefined)),
    source: { ...order.labelled, pretrainedOn: [...seen], ...defined({ pretrainedWithout }) },
    recipe,
  };
  if (mode.kind === 'linear' && task.fitted !== undefined) return fitRun(task.fitted, request);
  return startRun(task.trained, request);
}

async function openFrom(
  { workspace, onNote }: FinetuneOrder,
  { reference, ...which }: ModelReference,
): Promise<Model> {
  const { model, report } = await openModel(reference, { workspace, ...which });
  for (const note of report.notes) onNote?.(note);
  return model;
}
