/**
 * The tasks by name, as all surfaces know them, with the recipes that they are trained by: what command
 * line, docs and forms go through.
 *
 * A recipe is a table that takes over groups of settings (`settings/shared.ts`, for labelled images also
 * `settings/labelled.ts`), adapts what differs and adds entries of its own.
 */
import { finetuneSettings } from './finetune-recipe.ts';
import { multilabelSettings } from './multilabel-recipe.ts';
import { pretrainSettings } from './recipe.ts';
import type { SettingValues } from './settings/setting.ts';

export const RECIPES = {
  pretrain: pretrainSettings,
  finetune: finetuneSettings,
  multilabel: multilabelSettings,
} as const;

export type RecipeKind = keyof typeof RECIPES;
export const RECIPE_KINDS = Object.keys(RECIPES) as RecipeKind[];
export type RecipeOf<K extends RecipeKind> = ReturnType<(typeof RECIPES)[K]['parse']>;

/**
 * What a network can learn from labels: the tasks that `--task` names, each with a head of its own.
 *
 * `labels` says what they mean, `several` whether an image may have several, and
 * `recipe` which table of settings the task has.
 */
interface TaskFacts {
  readonly title: string;
  readonly labels: string;
  readonly several: boolean;
  readonly recipe: RecipeKind;
}

export const LABELLED_TASKS = {
  classify: {
    title: 'Classification',
    labels: 'one class an image',
    several: false,
    recipe: 'finetune',
  },
  multilabel: {
    title: 'Multi-label classification',
    labels: 'any number of labels an image',
    several: true,
    recipe: 'multilabel',
  },
} as const satisfies Record<string, TaskFacts>;
export type LabelledTaskId = keyof typeof LABELLED_TASKS;

export const LABELLED_TASK_IDS = Object.keys(LABELLED_TASKS) as [
  LabelledTaskId,
  ...LabelledTaskId[],
];

/** Of networks whose head, run or file names no task, as those of 0.1.0. */
export const DEFAULT_TASK: LabelledTaskId = 'classify';

/** All tasks that runs are trained for. */
export type TaskId = 'pretrain' | LabelledTaskId;

/** The task of a run by name; records of 0.1.0 name its kind alone. */
export function taskOfRun({ kind, task = DEFAULT_TASK }: RunOfTask): string {
  return kind === 'pretrain' ? kind : task;
}

interface RunOfTask {
  readonly kind: 'pretrain' | 'finetune';
  readonly task?: string | undefined;
}

/** Undefined for a task of another version. */
function factsOf(task: string = DEFAULT_TASK) {
  return Object.hasOwn(LABELLED_TASKS, task) ? LABELLED_TASKS[task as LabelledTaskId] : undefined;
}

/** The recipe of a task; undefined for a task of another version. */
export function labelledRecipeKind(task?: string) {
  return factsOf(task)?.recipe;
}

/** Whether logits are independent of each other, so that probabilities are sigmoids; else they are a softmax. */
export function hasSeveralLabels(task?: string): boolean {
  return factsOf(task)?.several ?? false;
}

/** What transformers calls a network for several labels an image, in `problem_type`. */
export const SEVERAL_LABELS_TYPE = 'multi_label_classification';

/** A complete, checked recipe of a task; see {@link RecipeTable.parse}. */
export function parseRecipeOf<K extends RecipeKind>(
  kind: K,
  base?: SettingValues,
  overrides?: SettingValues,
): RecipeOf<K> {
  return RECIPES[kind].parse(base, overrides) as RecipeOf<K>;
}
