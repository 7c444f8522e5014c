/** The recipe of a training on labels, fitting the network that it starts from. */
import { StudioError } from '../../contract/errors.ts';
import { MEASURED, type SettingValues } from '../../contract/settings/setting.ts';
import {
  type LabelledRecipeKind,
  parseRecipeOf,
  RECIPES,
  type RecipeOf,
} from '../../contract/tasks.ts';
import { divisionOfModel, type Model } from '../../models/model.ts';
import { presetForWidth } from '../../recipes/finetune-presets.ts';
import { loadRecipeOf } from '../../recipes/load.ts';
import type { RecipeRequest } from '../labelled-task.ts';

/** The settings of `--mode linear`. */
export type LinearSettings = (model: Model | undefined) => SettingValues;

export function recipeLoader<K extends LabelledRecipeKind>(kind: K, linear: LinearSettings) {
  const keys: readonly string[] = RECIPES[kind].keys;
  const networkOf = (model: Model, overrides: SettingValues) =>
    only(networkSettings(model, overrides), keys);
  /** The network's settings are the model's; overrides are kept, such as another image size. */
  const recipeFor = (model: Model, recipe: RecipeOf<K>, overrides: SettingValues): RecipeOf<K> =>
    parseRecipeOf(kind, recipe, { ...networkOf(model, overrides), ...overrides });
  return {
    recipeFor,
    /**
     * A recipe, for the network of `model` if given.
     *
     * @throws StudioError `usage` where nothing determines the network; `recipe-unknown`,
     *   `recipe-file-invalid`, `recipe-invalid`
     */
    loadRecipe(request: RecipeRequest): { name: string; recipe: RecipeOf<K> } {
      const { reference, source, overrides, mode, model } = request;
      const changes: SettingValues =
        mode.kind === 'partial' ? { ...overrides, trained_blocks: mode.blocks } : overrides;
      const loaded =
        model === undefined
          ? loadRecipeOf(kind, namedRecipe(reference), changes, source)
          : loadRecipeOf(kind, reference ?? presetForWidth(model.vit.embedDim), {}, source);
      // What a preset of the workspace changes of the network is kept as well.
      const recipe =
        model === undefined
          ? loaded.recipe
          : recipeFor(model, loaded.recipe, {
              ...only(loaded.changes, Object.keys(networkOf(model, changes))),
              ...changes,
            });
      return {
        name: loaded.name,
        recipe: mode.kind === 'linear' ? parseRecipeOf(kind, recipe, linear(model)) : recipe,
      };
    },
  };
}

/** The settings with these keys. */
function only(settings: SettingValues, keys: readonly string[]): SettingValues {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => keys.includes(key)));
}

function namedRecipe(reference: string | undefined): string {
  if (reference !== undefined) return reference;
  throw new StudioError('usage', '--from scratch needs a --recipe that says which network.', {
    advice: 'For example: --recipe micro. See: conmim recipes',
  });
}

/**
 * Statistics, ranges and which dimensions of stacks are channels are those of the network's
 * channels: of another number of channels the statistics are measured.
 */
function channelSettings(model: Model, overrides: SettingValues): SettingValues {
  const { vit, valueRange, mean, std } = model;
  const { channels = vit.channels } = overrides;
  const { stack_channels: stacks } = divisionOfModel(model);
  if (Number(channels) === vit.channels)
    return {
      channels,
      value_range: valueRange,
      mean,
      std,
      ...(stacks !== undefined && { stack_channels: stacks }),
    };
  return { channels, mean: MEASURED, std: MEASURED };
}

/** Which images a network takes, and how values of files become its input. */
export function imageSettingsOf(model: Model, overrides: SettingValues): SettingValues {
  const { imageSize, patchSize } = model.vit;
  const [height, width] = imageSize;
  return {
    image_size: height === width ? height : [height, width],
    patch_size: patchSize,
    ...channelSettings(model, overrides),
  };
}

function networkSettings(model: Model, overrides: SettingValues): SettingValues {
  const { vit, head } = model;
  return {
    ...imageSettingsOf(model, overrides),
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
