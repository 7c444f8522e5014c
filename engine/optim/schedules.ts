/**
 * Per-step schedules, and the authors' rules for weight decay and layer-wise learning rates.
 * @source ConMIM reference scripts (`cosine_scheduler`, `get_parameter_groups`)
 */
import type { ErrorDetails } from '../contract/error-codes.ts';
import { StudioError } from '../contract/errors.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { scheduleSettings } from '../contract/settings/labelled.ts';
import type { ValuesOf } from '../contract/settings/setting.ts';
import type { SharedValues } from '../contract/settings/shared.ts';

/** Arguments of {@link cosineSchedule}, named as in the reference scripts. */
export interface CosineArguments {
  readonly base_value: number;
  readonly final_value: number;
  readonly epochs: number;
  readonly niter_per_ep: number;
  readonly warmup_epochs?: number;
  readonly start_warmup_value?: number;
  /** Replaces `warmup_epochs` when above 0, which must then be above 0 too. */
  readonly warmup_steps?: number;
}

function invalid(
  message: string,
  advice: string,
  details: ErrorDetails<'schedule-invalid'>,
): StudioError {
  return new StudioError('schedule-invalid', message, { advice, details });
}

/**
 * `warmup` equally spaced values from `start` to `base`, both included, then half a cosine from
 * `base` towards `final`, which is not reached. After a warm-up, `base` occurs twice in a row.
 */
function warmupThenCosine(
  total: number,
  warmup: number,
  start: number,
  base: number,
  final: number,
): Float64Array {
  const values = new Float64Array(total);
  for (let i = 0; i < warmup; i++) {
    const last = i === warmup - 1 && warmup > 1;
    values[i] = last ? base : start + (i * (base - start)) / Math.max(1, warmup - 1);
  }
  const rest = total - warmup;
  for (let i = 0; i < rest; i++) {
    values[warmup + i] = final + 0.5 * (base - final) * (1 + Math.cos((Math.PI * i) / rest));
  }
  return values;
}

/**
 * One value per step of the whole run.
 *
 * @throws StudioError `schedule-invalid` when the warm-up is longer than the run, or `warmup_steps` is
 *   given without `warmup_epochs`
 */
export function cosineSchedule(args: CosineArguments): Float64Array {
  const { warmup_epochs = 0, warmup_steps = -1, start_warmup_value = 0 } = args;
  const total = args.epochs * args.niter_per_ep;
  const warmup = Math.round(warmup_steps > 0 ? warmup_steps : warmup_epochs * args.niter_per_ep);
  if (warmup > 0 && warmup_epochs <= 0) {
    throw invalid(
      `warmup_steps is ${warmup_steps} but warmup_epochs is ${warmup_epochs}.`,
      'Set warmup_epochs above 0 as well, or leave warmup_steps at -1.',
      { warmup_steps, warmup_epochs },
    );
  }
  if (warmup > total) {
    throw invalid(
      `The warm-up of ${warmup} steps is longer than the run of ${total} steps.`,
      'Use a shorter warm-up (warmup_epochs) or a longer run (epochs).',
      { warmup, total },
    );
  }
  return warmupThenCosine(total, warmup, start_warmup_value, args.base_value, args.final_value);
}

/** Share of the learning rate at which the warm-up of {@link polySchedule} begins. */
const WARMUP_RATIO = 1e-6;

/**
 * A power of the share of steps that remain, from `base` to `final`, which is not reached; the
 * warm-up multiplies it by a share that rises to 1.
 *
 * @source mmcv's `PolyLrUpdaterHook` with a linear warm-up, as BEiT trains segmentation
 */
export function polySchedule(options: {
  readonly total: number;
  readonly warmup: number;
  readonly base: number;
  readonly final: number;
  readonly power: number;
}): Float64Array {
  const { total, warmup, base, final, power } = options;
  return Float64Array.from({ length: total }, (_, i) => {
    const value = (base - final) * (1 - i / total) ** power + final;
    return i < warmup ? value * (1 - (1 - i / warmup) * (1 - WARMUP_RATIO)) : value;
  });
}

/**
 * The settings that determine schedules; only pre-training has a moving average, and not every
 * recipe a choice of schedules.
 */
export type ScheduledRecipe = SharedValues &
  Partial<Pick<Recipe, 'ema_momentum' | 'ema_momentum_end'>> &
  Partial<ValuesOf<typeof scheduleSettings>>;

/** The schedules of a run, one value per step. */
export interface RunSchedules {
  readonly totalSteps: number;
  readonly lr: Float64Array;
  readonly weightDecay: Float64Array;
  /** All 0 where there is no moving average. */
  readonly emaMomentum: Float64Array;
}

/**
 * All schedules of a recipe for a data set of `stepsPerEpoch` steps.
 *
 * With `steps` they span that many steps, and the warm-up takes at most the share of the run that
 * its epochs are of `epochs`.
 *
 * @throws StudioError `schedule-invalid`
 */
export function recipeSchedules(recipe: ScheduledRecipe, stepsPerEpoch: number): RunSchedules {
  if (!(stepsPerEpoch >= 1)) {
    throw invalid(
      'The data set has fewer images than one batch.',
      `Use a smaller batch_size than ${recipe.batch_size}, or more images.`,
      { batch_size: recipe.batch_size, stepsPerEpoch },
    );
  }
  const totalSteps = recipe.steps ?? recipe.epochs * stepsPerEpoch;
  let warmup = recipe.warmup_steps > 0 ? recipe.warmup_steps : undefined;
  if (warmup === undefined && recipe.steps !== null) {
    const inEpochs = recipe.warmup_epochs * stepsPerEpoch;
    warmup = Math.round(Math.min(inEpochs, (recipe.steps * recipe.warmup_epochs) / recipe.epochs));
  }
  const span = { epochs: 1, niter_per_ep: totalSteps };
  const lr = cosineSchedule({
    ...(recipe.steps === null ? { epochs: recipe.epochs, niter_per_ep: stepsPerEpoch } : span),
    base_value: recipe.lr,
    final_value: recipe.min_lr,
    warmup_epochs: warmup === 0 ? 0 : recipe.warmup_epochs,
    ...(warmup === undefined ? {} : { warmup_steps: warmup }),
  });
  return {
    totalSteps,
    lr: recipe.lr_schedule === 'poly' ? polyRate(recipe, totalSteps, warmup) : lr,
    weightDecay: cosineSchedule({
      ...span,
      base_value: recipe.weight_decay,
      final_value: recipe.weight_decay_end ?? recipe.weight_decay,
    }),
    emaMomentum: cosineSchedule({
      ...span,
      base_value: recipe.ema_momentum ?? 0,
      final_value: recipe.ema_momentum_end ?? 0,
    }),
  };
}

/** @param warmup steps; left out where epochs say */
function polyRate(
  { lr, min_lr, lr_power = 1, warmup_epochs, epochs }: ScheduledRecipe,
  total: number,
  warmup = Math.round((warmup_epochs * total) / epochs),
): Float64Array {
  return polySchedule({ total, warmup, base: lr, final: min_lr, power: lr_power });
}

/**
 * Whether weight decay applies to a parameter. It does not for vectors (biases, norms, layer
 * scales), the class token and the position embedding; it does for the mask token and relative
 * position tables.
 */
export function decayed(name: string, shape: readonly number[]): boolean {
  if (shape.length <= 1 || name.endsWith('.bias')) return false;
  return name !== 'cls_token' && name !== 'pos_embed';
}

/** Learning rate factors by layer id: `decay^(depth + 1 - id)` for ids 0 to depth + 1. */
export function layerDecayScales(decay: number, depth: number): number[] {
  return Array.from({ length: depth + 2 }, (_, id) => decay ** (depth + 1 - id));
}

/** 0 for what comes before the blocks, i + 1 for block i, depth + 1 for everything else. */
export function layerId(name: string, depth: number): number {
  if (name === 'cls_token' || name === 'mask_token' || name === 'pos_embed') return 0;
  if (name.startsWith('patch_embed.')) return 0;
  const block = /^blocks\.(\d+)\./.exec(name);
  return block === null ? depth + 1 : Number(block[1]) + 1;
}
