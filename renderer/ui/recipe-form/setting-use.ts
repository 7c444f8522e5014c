/** Settings that have no effect beside others, and why, so that nobody turns a screw that is not there. */

type Values = Readonly<Record<string, unknown>>;

const CELLS = new Set(['mask_cell', 'mask_ratio']);
const RECTANGLES = new Set(['mask_patches', 'mask_min_patches', 'mask_min_aspect']);
const JITTER = new Set(['jitter_brightness', 'jitter_contrast', 'jitter_saturation', 'jitter_hue']);
const RANDOM = new Set(['rand_magnitude', 'rand_std', 'rand_layers']);

/** Why a setting is not used, as the end of "Not used: "; undefined when it is. */
export function unusedReason(key: string, values: Values): string | undefined {
  const stepsGiven = typeof values['steps'] === 'number';
  if (key === 'epochs' && stepsGiven) return 'steps is given';
  if (key === 'min_steps' && stepsGiven) return 'steps is given';
  if (key === 'warmup_epochs' && Number(values['warmup_steps']) > 0) return 'warmup_steps is given';
  if (CELLS.has(key) && values['mask_type'] === 'block') return 'mask_type is block';
  if (RECTANGLES.has(key) && values['mask_type'] === 'random_mps32')
    return 'mask_type is random_mps32';
  if (JITTER.has(key) && values['jitter'] === 0) return 'jitter is 0';
  if ((key === 'blur_min_radius' || key === 'blur_max_radius') && values['blur'] === 0)
    return 'blur is 0';
  if (RANDOM.has(key) && values['rand_augment'] === false) return 'rand_augment is off';
  if (key === 'color_jitter' && values['rand_augment'] === true) return 'rand_augment is on';
  const mixes = values['mixup'] !== 0 || values['cutmix'] !== 0;
  if (key === 'mixup_prob' && !mixes) return 'mixup and cutmix are 0';
  if (key === 'mixup_switch_prob' && (values['mixup'] === 0 || values['cutmix'] === 0))
    return 'only one of mixup and cutmix is on';
  return undefined;
}
