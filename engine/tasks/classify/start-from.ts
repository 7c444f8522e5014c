/** A trained network as the start of a classifier: the recipe that fits it, and its weights in place. */
import { StudioError } from '../../contract/errors.ts';
import { type FinetuneRecipe, parseFinetuneRecipe } from '../../contract/finetune-recipe.ts';
import { DEFAULT_TASK } from '../../contract/labelled-tasks.ts';
import type { SettingValues } from '../../contract/settings/setting.ts';
import type { Model } from '../../models/model.ts';
import { classifierConfig } from '../../nn/classifier.ts';
import { gridOf } from '../../nn/vit.ts';
import { presetForWidth } from '../../recipes/finetune-presets.ts';
import { loadFinetuneRecipe } from '../../recipes/load.ts';
import type { RecipeRequest } from '../labelled-task.ts';
import { type LoadReport, loadWeights } from '../shared/load-weights.ts';
import type { StartingPoint } from '../task.ts';
import { initialClassifier } from './classifier-learner.ts';
import type { Classification } from './task.ts';

export type ClassifierStart = StartingPoint<Pick<Classification, 'recipe' | 'data'>>;

/** A start by chance, as the recipe says. */
export const SCRATCH: ClassifierStart = {
  origin: 'scratch',
  tensors: (recipe, { classes }) => initialClassifier(recipe, classes.length),
};

/**
 * A recipe of fine-tuning, for the network of `model` where there is one.
 *
 * @throws StudioError `usage` where nothing says which network; `recipe-unknown`, `recipe-file-invalid`,
 *   `recipe-invalid`
 */
export function loadRecipeFor(request: RecipeRequest): { name: string; recipe: FinetuneRecipe } {
  const { reference, folder, overrides, mode, model } = request;
  const changes: SettingValues =
    mode.kind === 'partial' ? { ...overrides, trained_blocks: mode.blocks } : overrides;
  const loaded =
    model === undefined
      ? loadFinetuneRecipe(named(reference), changes, folder)
      : loadFinetuneRecipe(reference ?? presetForWidth(model.vit.embedDim), {}, folder);
  const recipe = model === undefined ? loaded.recipe : recipeFor(model, loaded.recipe, changes);
  return {
    name: loaded.name,
    recipe: mode.kind === 'linear' ? withTrainedNorm(recipe, model) : recipe,
  };
}

function named(reference: string | undefined): string {
  if (reference !== undefined) return reference;
  throw new StudioError('usage', '--from scratch needs a --recipe that says which network.', {
    advice: 'For example: --recipe micro. See: conmim recipes',
  });
}

/** Frozen features are taken after the norm that the network was trained with. */
function withTrainedNorm(recipe: FinetuneRecipe, model: Model | undefined): FinetuneRecipe {
  const isTokenNorm = model === undefined || model.tensors.has('norm.weight');
  return parseFinetuneRecipe(recipe, { pooling: isTokenNorm ? 'cls' : 'mean' });
}

/** The network's settings are the model's; what is given by name stays, such as another image size. */
export function recipeFor(
  model: Model,
  recipe: FinetuneRecipe,
  overrides: SettingValues,
): FinetuneRecipe {
  const { vit, mean, std, head } = model;
  const [height, width] = vit.imageSize;
  const network: SettingValues = {
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
  return parseFinetuneRecipe(recipe, { ...network, ...overrides });
}

/**
 * @param onLoaded told what became of the model's tensors
 */
export function startFrom(model: Model, onLoaded: (report: LoadReport) => void): ClassifierStart {
  return {
    origin: model.origin,
    tensors(recipe, { classes }) {
      const config = classifierConfig(recipe, classes.length);
      const initial = initialClassifier(recipe, classes.length);
      const { tensors, report } = loadWeights(
        withoutOtherHead(model, classes),
        gridOf(model.vit),
        config,
        initial,
      );
      onLoaded(report);
      return tensors;
    },
  };
}

/** A head of another task or for other classes is of no use, even where there are as many of them. */
function withoutOtherHead({ tensors, head }: Model, classes: readonly string[]) {
  const isSame =
    (head?.task ?? DEFAULT_TASK) === DEFAULT_TASK &&
    head?.classes.join('\n') === classes.join('\n');
  if (isSame) return tensors;
  return new Map([...tensors].filter(([name]) => !name.startsWith('head.')));
}
