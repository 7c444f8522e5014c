/** Checks of combinations of settings of all recipes, and changes that follow from a new length. */
import { nearestPasses } from '../micro-batch.ts';
import { checkChannels } from './channels.ts';
import type { Need, SettingValues } from './setting.ts';
import { type CropValues, imageSides, type SharedValues, sidesText } from './shared.ts';

export function checkShared(recipe: SharedValues, need: Need<keyof SharedValues>): void {
  checkChannels(recipe, need);
  const [height, width] = imageSides(recipe);
  const patch = recipe.patch_size;
  const divides = height % patch === 0 && width % patch === 0;
  const sides = sidesText(recipe);
  need(divides, 'patch_size', `a divisor of ${sides}`);
  need(
    recipe.embed_dim % recipe.heads === 0,
    'heads',
    `a divisor of embed_dim ${recipe.embed_dim}`,
  );
  need(
    Math.round(recipe.embed_dim * recipe.mlp_ratio) >= 1,
    'mlp_ratio',
    'large enough for one hidden number',
  );
  const patches = (height / patch) * (width / patch);
  if (divides) need(patches >= 2, 'patch_size', `small enough for two patches in ${sides}`);
  need(recipe.min_lr <= recipe.lr || recipe.lr === 0, 'min_lr', `at most lr ${recipe.lr}`);
  const { batch_size: batch, micro_batch: micro } = recipe;
  need(
    micro === null || batch % micro === 0,
    'micro_batch',
    `a divisor of batch_size ${batch}, such as ${nearestPasses(batch, micro ?? batch).join(' or ')}`,
  );
  if (recipe.warmup_steps > 0) {
    need(recipe.warmup_epochs > 0, 'warmup_epochs', 'above 0 when warmup_steps is given');
    need(
      recipe.steps === null || recipe.warmup_steps <= recipe.steps,
      'warmup_steps',
      `at most steps ${recipe.steps}`,
    );
  } else {
    need(recipe.warmup_epochs <= recipe.epochs, 'warmup_epochs', `at most epochs ${recipe.epochs}`);
  }
}

export function checkCrops(recipe: CropValues, need: Need<keyof CropValues>): void {
  need(
    recipe.crop_min_area <= recipe.crop_max_area,
    'crop_min_area',
    `at most crop_max_area ${recipe.crop_max_area}`,
  );
  need(
    recipe.crop_min_ratio <= recipe.crop_max_ratio,
    'crop_min_ratio',
    `at most crop_max_ratio ${recipe.crop_max_ratio}`,
  );
}

/**
 * Changes that follow from given settings: a length in epochs replaces one in steps, and a shorter
 * run keeps its share of warm-up if the warm-up would not fit.
 */
export function followLength(before: SettingValues, given: SettingValues): SettingValues {
  const follows: Record<string, unknown> = {};
  if ('epochs' in given && !('steps' in given)) follows['steps'] = null;
  if (!('warmup_epochs' in given)) {
    const warmup = shortenedWarmup(before, given);
    if (warmup !== undefined) follows['warmup_epochs'] = warmup;
  }
  return follows;
}

/** The warm-up that keeps its share of the run; undefined where it fits as it is. */
export function shortenedWarmup(before: SettingValues, given: SettingValues): number | undefined {
  const { warmup_epochs: warmup, epochs } = before;
  const { epochs: now = epochs } = given;
  const areNumbers =
    typeof warmup === 'number' && typeof epochs === 'number' && typeof now === 'number';
  return areNumbers && warmup > now ? (warmup / epochs) * now : undefined;
}
