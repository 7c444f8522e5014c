/** Fine-tuning from a trained network or from scratch: what was asked for, as a run. */
import { StudioError } from '../contract/errors.ts';
import { type FinetuneRecipe, parseFinetuneRecipe } from '../contract/finetune-recipe.ts';
import type { SettingValues } from '../contract/settings/setting.ts';
import type { Model } from '../models/model.ts';
import { openModel } from '../models/open-model.ts';
import { presetForWidth } from '../recipes/finetune-presets.ts';
import { loadFinetuneRecipe } from '../recipes/load.ts';
import type { LabelledSpec } from '../runs/labelled-spec.ts';
import { type Mode, modeText } from '../tasks/classify/mode.ts';
import { type Probing, probeTask } from '../tasks/classify/probe-task.ts';
import {
  type ClassifierStart,
  recipeFor,
  SCRATCH,
  startFrom,
} from '../tasks/classify/start-from.ts';
import { type Classification, classifyTask } from '../tasks/classify/task.ts';
import type { LoadReport } from '../tasks/shared/load-weights.ts';
import type { RunListener } from '../train/run-listener.ts';
import { fitRun, startRun } from '../train/start-run.ts';
import type { RunOutcome } from '../train/train-run.ts';

/** A trained network by reference: a run, a file or a folder. */
export interface ModelReference {
  readonly reference: string;
  readonly network?: 'teacher' | 'student';
  /** which checkpoint of a run; the newest, or the best, if left out */
  readonly step?: number;
}

export interface FinetuneOrder extends RunListener {
  readonly workspace: string;
  readonly name?: string;
  readonly from: ModelReference | 'scratch';
  /** Start by chance, in the shape of `from`: what its weights are compared with. */
  readonly fromScratch?: boolean;
  readonly labelled: Omit<LabelledSpec, 'pretrainedOn'>;
  /** A preset or file; by the network's width if left out. */
  readonly recipe?: string;
  readonly overrides: SettingValues;
  /** What relative paths of recipes start from. */
  readonly folder: string;
  readonly mode: Mode;
  readonly device: string;
  /** Folder of the comparison that it is part of. */
  readonly comparison?: string;
  /** Told what was assumed of the network that is opened, a sentence each. */
  readonly onNote?: (note: string) => void;
  /** Told what became of the weights. */
  readonly onLoaded?: (report: LoadReport) => void;
}

/** @throws StudioError before anything is written when something does not fit */
export async function finetune(order: FinetuneOrder): Promise<RunOutcome<Classification>> {
  const { mode, overrides, from } = order;
  const model = from === 'scratch' ? undefined : await openFrom(order, from);
  const settings: SettingValues =
    mode.kind === 'partial' ? { ...overrides, trained_blocks: mode.blocks } : overrides;
  const { name, recipe } = resolveRecipe(order, model, settings);
  const start: ClassifierStart =
    model === undefined || order.fromScratch === true
      ? SCRATCH
      : startFrom(model, order.onLoaded ?? (() => undefined));
  const pretrainedOn = [...(model?.about.dataset?.folders ?? [])];
  const request = {
    ...order,
    name: order.name ?? `${name}-${modeText(mode).replace(':', '-')}`,
    from: start,
    source: { ...order.labelled, pretrainedOn },
    recipe,
  };
  if (mode.kind !== 'linear') return startRun<Classification>(classifyTask, request);
  return fitRun<Probing>(probeTask, { ...request, recipe: withTrainedNorm(recipe, model) });
}

/** Frozen features are taken after the norm that the network was trained with. */
function withTrainedNorm(recipe: FinetuneRecipe, model: Model | undefined): FinetuneRecipe {
  const isTokenNorm = model === undefined || model.tensors.has('norm.weight');
  return parseFinetuneRecipe(recipe, { pooling: isTokenNorm ? 'cls' : 'mean' });
}

async function openFrom(
  { workspace, onNote }: FinetuneOrder,
  { reference, ...which }: ModelReference,
): Promise<Model> {
  const { model, report } = await openModel(reference, { workspace, ...which });
  for (const note of report.notes) onNote?.(note);
  return model;
}

function resolveRecipe(
  { recipe: reference, folder }: FinetuneOrder,
  model: Model | undefined,
  overrides: SettingValues,
): { name: string; recipe: FinetuneRecipe } {
  if (model === undefined) {
    if (reference === undefined)
      throw new StudioError('usage', '--from scratch needs a --recipe that says which network.', {
        advice: 'For example: --recipe micro. See: conmim recipes',
      });
    return loadFinetuneRecipe(reference, overrides, folder);
  }
  const named = reference ?? presetForWidth(model.vit.embedDim);
  const { name, recipe } = loadFinetuneRecipe(named, {}, folder);
  return { name, recipe: recipeFor(model, recipe, overrides) };
}
