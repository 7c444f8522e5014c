/** Start a network with a head from a trained one: the fitting recipe, and its loaded weights. */
import { StudioError } from '../../contract/errors.ts';
import type { HeadRecipe } from '../../contract/finetune-recipe.ts';
import type { SettingValues } from '../../contract/settings/setting.ts';
import { DEFAULT_TASK, type LabelledTaskId } from '../../contract/tasks.ts';
import type { Model } from '../../models/model.ts';
import { classifierConfig } from '../../nn/classifier.ts';
import { gridOf } from '../../nn/vit.ts';
import { presetForWidth } from '../../recipes/finetune-presets.ts';
import type { LoadedRecipe, RecipeSource } from '../../recipes/load.ts';
import type { RecipeRequest } from '../labelled-task.ts';
import type { StartingPoint } from '../task.ts';
import { initialClassifier } from './classifier-learner.ts';
import type { LabelledData } from './labelled-data.ts';
import { type LoadReport, loadWeights } from './load-weights.ts';

export interface HeadRecipes<R extends HeadRecipe> {
  readonly task: LabelledTaskId;
  /** @param reference a preset or file */
  load(
    reference: string,
    overrides: SettingValues,
    source: RecipeSource,
  ): Pick<LoadedRecipe<R>, 'name' | 'recipe' | 'changes'>;
  parse(base: R, overrides: SettingValues): R;
  /** The settings of `--mode linear`. */
  linear(model: Model | undefined): SettingValues;
}

export function headStart<R extends HeadRecipe>(recipes: HeadRecipes<R>) {
  /** The network's settings are the model's; overrides are kept, such as another image size. */
  const recipeFor = (model: Model, recipe: R, overrides: SettingValues): R =>
    recipes.parse(recipe, { ...networkSettings(model), ...overrides });
  return {
    recipeFor,
    /**
     * A fine-tuning recipe, for the network of `model` if given.
     *
     * @throws StudioError `usage` where nothing determines the network; `recipe-unknown`,
     *   `recipe-file-invalid`, `recipe-invalid`
     */
    loadRecipe(request: RecipeRequest): { name: string; recipe: R } {
      const { reference, source, overrides, mode, model } = request;
      const changes: SettingValues =
        mode.kind === 'partial' ? { ...overrides, trained_blocks: mode.blocks } : overrides;
      const loaded =
        model === undefined
          ? recipes.load(namedRecipe(reference), changes, source)
          : recipes.load(reference ?? presetForWidth(model.vit.embedDim), {}, source);
      const recipe =
        model === undefined
          ? loaded.recipe
          : recipeFor(model, loaded.recipe, { ...chosenOf(model, loaded.changes), ...changes });
      return {
        name: loaded.name,
        recipe: mode.kind === 'linear' ? recipes.parse(recipe, recipes.linear(model)) : recipe,
      };
    },
    /** @param onLoaded called with the report of the model's tensors */
    start: (model: Model | undefined, onLoaded: (report: LoadReport) => void) =>
      model === undefined ? SCRATCH : startFrom(model, recipes.task, onLoaded),
  };
}

type HeadStart = StartingPoint<{ readonly recipe: HeadRecipe; readonly data: LabelledData }>;

/** Random initialisation of the recipe's network. */
export const SCRATCH: HeadStart = {
  origin: 'scratch',
  tensors: (recipe, { classes }) => initialClassifier(recipe, classes.length),
};

export function namedRecipe(reference: string | undefined): string {
  if (reference !== undefined) return reference;
  throw new StudioError('usage', '--from scratch needs a --recipe that says which network.', {
    advice: 'For example: --recipe micro. See: conmim recipes',
  });
}

export function networkSettings({ vit, mean, std, head }: Model): SettingValues {
  const [height, width] = vit.imageSize;
  return {
    image_size: height === width ? height : [height, width],
    patch_size: vit.patchSize,
    mean,
    std,
    embed_dim: vit.embedDim,
    depth: vit.depth,
    heads: vit.heads,
    mlp_ratio: vit.mlpRatio,
    layer_scale: vit.layerScale,
    rel_pos: vit.relPos === 'none' ? 'none' : 'per_block',
    abs_pos: vit.absPos,
    ...(head === undefined ? {} : { pooling: head.pooling }),
  };
}

/** The settings of the network that a preset of the workspace changes, which are kept as well. */
function chosenOf(model: Model, changes: SettingValues): SettingValues {
  const keys = Object.keys(networkSettings(model)).filter((key) => key in changes);
  return Object.fromEntries(keys.map((key) => [key, changes[key]]));
}

function startFrom(
  model: Model,
  task: LabelledTaskId,
  onLoaded: (report: LoadReport) => void,
): HeadStart {
  return {
    origin: model.origin,
    tensors(recipe, { classes }) {
      const config = classifierConfig(recipe, classes.length);
      const initial = initialClassifier(recipe, classes.length);
      const { tensors, report } = loadWeights(
        withoutOtherHead(model, task, classes),
        gridOf(model.vit),
        config,
        initial,
      );
      onLoaded(report);
      return tensors;
    },
  };
}

/** A head of another task or for other classes is dropped, even one of as many classes. */
function withoutOtherHead(
  { tensors, head }: Model,
  task: LabelledTaskId,
  classes: readonly string[],
) {
  const isSame =
    (head?.task ?? DEFAULT_TASK) === task && head?.classes.join('\n') === classes.join('\n');
  if (isSame) return tensors;
  return new Map([...tensors].filter(([name]) => !name.startsWith('head.')));
}
