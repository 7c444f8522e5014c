/**
 * All tasks by name, with their recipes, for command line, docs and forms.
 *
 * A recipe is a table that takes groups of settings (`settings/shared.ts`, for labelled images also
 * `settings/labelled.ts`), adapts some and adds its own.
 */
import { finetuneSettings } from './finetune-recipe.ts';
import { multilabelSettings } from './multilabel-recipe.ts';
import { detectSettings, instancesSettings } from './objects-recipe.ts';
import { pretrainSettings } from './recipe.ts';
import { segmentSettings } from './segment-recipe.ts';
import type { SettingValues } from './settings/setting.ts';

export const RECIPES = {
  pretrain: pretrainSettings,
  finetune: finetuneSettings,
  multilabel: multilabelSettings,
  segment: segmentSettings,
  detect: detectSettings,
  instances: instancesSettings,
} as const;

export type RecipeKind = keyof typeof RECIPES;
export const RECIPE_KINDS = Object.keys(RECIPES) as RecipeKind[];
export type RecipeOf<K extends RecipeKind> = ReturnType<(typeof RECIPES)[K]['parse']>;

/**
 * The tasks with labels, which `--task` names.
 *
 * `labels` describes the labels, `several` tells whether an image may have several, `perPixel` whether
 * pixels or objects have classes and not the image, `objects` whether it is objects, and `recipe` names
 * the task's recipe.
 */
interface TaskFacts {
  readonly title: string;
  readonly labels: string;
  readonly several: boolean;
  readonly perPixel: boolean;
  readonly objects: boolean;
  readonly recipe: RecipeKind;
}

export const LABELLED_TASKS = {
  classify: {
    title: 'Classification',
    labels: 'one class an image',
    several: false,
    perPixel: false,
    objects: false,
    recipe: 'finetune',
  },
  multilabel: {
    title: 'Multi-label classification',
    labels: 'any number of labels an image',
    several: true,
    perPixel: false,
    objects: false,
    recipe: 'multilabel',
  },
  segment: {
    title: 'Semantic segmentation',
    labels: 'a class for each pixel, as masks',
    several: false,
    perPixel: true,
    objects: false,
    recipe: 'segment',
  },
  detect: {
    title: 'Object detection',
    labels: 'a class and a box for each object',
    several: false,
    perPixel: true,
    objects: true,
    recipe: 'detect',
  },
  instances: {
    title: 'Instance segmentation',
    labels: 'a class and an outline for each object',
    several: false,
    perPixel: true,
    objects: true,
    recipe: 'instances',
  },
} as const satisfies Record<string, TaskFacts>;
export type LabelledTaskId = keyof typeof LABELLED_TASKS;
export type LabelledRecipeKind = (typeof LABELLED_TASKS)[LabelledTaskId]['recipe'];

export const LABELLED_TASK_IDS = Object.keys(LABELLED_TASKS) as [
  LabelledTaskId,
  ...LabelledTaskId[],
];

/** The task of networks whose head, run or file names none, as in 0.1.0. */
export const DEFAULT_TASK: LabelledTaskId = 'classify';

/** The task of networks that give each pixel a class. */
export const SEGMENT = 'segment' satisfies LabelledTaskId;

export type TaskId = 'pretrain' | LabelledTaskId;

/** The task of a run by name; records of 0.1.0 have its kind only. */
export function taskOfRun({ kind, task = DEFAULT_TASK }: RunOfTask): string {
  return kind === 'pretrain' ? kind : task;
}

interface RunOfTask {
  readonly kind: 'pretrain' | 'finetune';
  readonly task?: string | undefined;
}

/** Undefined for an unknown task. */
function factsOf(task: unknown = DEFAULT_TASK) {
  const id = String(task);
  return Object.hasOwn(LABELLED_TASKS, id) ? LABELLED_TASKS[id as LabelledTaskId] : undefined;
}

/** Undefined for an unknown task. */
export function titleOfTask(task?: string): string | undefined {
  return factsOf(task)?.title;
}

/** The recipe kind of a task; undefined for an unknown task. */
export function labelledRecipeKind(task?: string) {
  return factsOf(task)?.recipe;
}

/** Whether probabilities are sigmoids of the logits; else they are a softmax. */
export function hasSeveralLabels(task?: string): boolean {
  return factsOf(task)?.several ?? false;
}

/**
 * Whether networks say where things are: a class for each pixel, or objects.
 *
 * @param task as a run, a network or a result names it
 */
export function hasPixelClasses(task?: unknown): boolean {
  return factsOf(task)?.perPixel ?? false;
}

/** Whether networks find objects, with boxes or masks. */
export function findsObjects(task?: unknown): boolean {
  return factsOf(task)?.objects ?? false;
}

/** The value of `problem_type` in transformers for multi-label classification. */
export const SEVERAL_LABELS_TYPE = 'multi_label_classification';

/** Parse a recipe of a task; see {@link RecipeTable.parse}. */
export function parseRecipeOf<K extends RecipeKind>(
  kind: K,
  base?: SettingValues,
  overrides?: SettingValues,
): RecipeOf<K> {
  return RECIPES[kind].parse(base, overrides) as RecipeOf<K>;
}
