/** A trained network as the start of a classifier: the recipe that fits it, and its weights in place. */
import { type FinetuneRecipe, parseFinetuneRecipe } from '../../contract/finetune-recipe.ts';
import type { SettingValues } from '../../contract/settings/setting.ts';
import type { Model } from '../../models/model.ts';
import { classifierConfig } from '../../nn/classifier.ts';
import { gridOf } from '../../nn/vit.ts';
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
 * `recipe` for this model: the network's settings are the model's; what is given by name stays, so that
 * another image size, pooling or position table can be asked for.
 *
 * @throws StudioError `recipe-invalid`
 */
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

/** A head for other classes is of no use, even where there are as many of them. */
function withoutOtherHead({ tensors, head }: Model, classes: readonly string[]) {
  if (head !== undefined && head.classes.join('\n') === classes.join('\n')) return tensors;
  return new Map([...tensors].filter(([name]) => !name.startsWith('head.')));
}
