/** The options by which commands name a kind of recipe. */
import type { OptionRule } from '../../../contract/jobs/fields.ts';
import {
  LABELLED_TASK_IDS,
  LABELLED_TASKS,
  labelledRecipeKind,
  RECIPE_KINDS,
  type RecipeKind,
} from '../../../contract/tasks.ts';
import { usageError } from '../../../contract/usage-error.ts';
import type { Arguments } from '../../command.ts';

/** Recipes whose steps can be computed and timed, and which no run is trained with yet. */
const OTHER_KINDS = RECIPE_KINDS.filter(
  (kind) =>
    kind !== 'pretrain' && LABELLED_TASK_IDS.every((task) => LABELLED_TASKS[task].recipe !== kind),
);
const NAMES: readonly string[] = [...LABELLED_TASK_IDS, ...OTHER_KINDS];

export const KIND_OPTIONS = {
  finetune: { help: 'Those of fine-tuning instead of pre-training.' },
  task: {
    value: NAMES.join('|'),
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
  const other = OTHER_KINDS.find((each) => each === task);
  if (other !== undefined) return other;
  const kind = task !== undefined || args.flag('finetune') ? labelledRecipeKind(task) : 'pretrain';
  if (kind === undefined) throw usageError(`--task must be one of ${NAMES.join(', ')}.`);
  return kind;
}
