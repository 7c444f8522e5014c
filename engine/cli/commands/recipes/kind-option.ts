/** The options by which commands name a kind of recipe. */
import type { OptionRule } from '../../../contract/jobs/fields.ts';
import { LABELLED_TASK_IDS, labelledRecipeKind, type RecipeKind } from '../../../contract/tasks.ts';
import { usageError } from '../../../contract/usage-error.ts';
import type { Arguments } from '../../command.ts';

export const KIND_OPTIONS = {
  finetune: { help: 'Those of fine-tuning instead of pre-training.' },
  task: {
    value: LABELLED_TASK_IDS.join('|'),
    help: 'Those of a task that is learnt from labels.',
  },
} as const satisfies Record<string, OptionRule>;

export const PRESET_OPTIONS = {
  ...KIND_OPTIONS,
  workspace: { value: 'DIR', help: 'Where presets are kept (default ./workspace).' },
} as const satisfies Record<string, OptionRule>;

/** @throws StudioError `usage` */
export function kindOf(args: Arguments): RecipeKind {
  const task = args.text('task');
  const kind = task !== undefined || args.flag('finetune') ? labelledRecipeKind(task) : 'pretrain';
  if (kind === undefined)
    throw usageError(`--task must be one of ${LABELLED_TASK_IDS.join(', ')}.`);
  return kind;
}
