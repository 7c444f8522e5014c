/** What settings are called in plain words; their keys are those of the command line and of files. */
import type { FinetuneKey } from '../../../engine/contract/finetune-recipe.ts';
import type { RecipeKey } from '../../../engine/contract/recipe.ts';

/** One for every setting of both kinds, so that a forgotten one does not compile. */
const TITLES: Readonly<Record<RecipeKey | FinetuneKey, string>> = {
  image_size: 'Image size',
  patch_size: 'Patch size',
  mean: 'Mean of the colours',
  std: 'Spread of the colours',

  embed_dim: 'Width of the network',
  depth: 'Blocks of the network',
  heads: 'Attention heads',
  mlp_ratio: 'Width inside a block',
  layer_scale: 'Layer scale',
  rel_pos: 'Relative positions',
  rel_pos_init: 'Start of relative positions',
  abs_pos: 'Absolute positions',
  init_std: 'Spread of starting weights',
  pooling: 'What the classifier sees',
  head_init_scale: 'Start of the head',

  mlp_dim: 'Width of the projector',
  proj_dim: 'Length of compared vectors',
  temperature: 'Temperature',
  ema_momentum: 'Memory of the teacher',
  ema_momentum_end: 'Memory of the teacher at the end',

  mask_type: 'Kind of mask',
  mask_cell: 'Size of a hidden cell',
  mask_ratio: 'Share that is hidden',
  mask_patches: 'Patches that are hidden',
  mask_min_patches: 'Smallest rectangle',
  mask_min_aspect: 'Flattest rectangle',

  trained_blocks: 'Blocks that learn',
  layer_decay: 'Slower lower blocks',

  batch_size: 'Images a step',
  micro_batch: 'Images at once',
  epochs: 'Times through all images',
  steps: 'Steps',
  min_steps: 'Least steps',
  lr: 'Learning rate',
  min_lr: 'Learning rate at the end',
  warmup_epochs: 'Warm-up',
  warmup_steps: 'Warm-up in steps',

  weight_decay: 'Weight decay',
  weight_decay_end: 'Weight decay at the end',
  beta1: 'Memory of the gradient',
  beta2: 'Memory of its square',
  adam_eps: 'Epsilon of AdamW',
  clip_grad: 'Longest gradient',

  drop_path: 'Blocks left out',
  smoothing: 'Label smoothing',
  mixup: 'Mixup',
  cutmix: 'CutMix',
  mixup_prob: 'Mixed batches',
  mixup_switch_prob: 'CutMix among mixed batches',
  erase: 'Erased rectangles',
  sampling: 'Which images are drawn',

  crop_min_area: 'Smallest crop',
  crop_max_area: 'Largest crop',
  crop_min_ratio: 'Narrowest crop',
  crop_max_ratio: 'Widest crop',
  crop_interpolation: 'Resizing',
  flip: 'Mirrored images',
  rand_augment: 'Random changes',
  rand_magnitude: 'Strength of random changes',
  rand_std: 'Spread of that strength',
  rand_layers: 'Random changes an image',
  color_jitter: 'Changes of colour',

  jitter: 'Images with changed colours',
  jitter_brightness: 'Change of brightness',
  jitter_contrast: 'Change of contrast',
  jitter_saturation: 'Change of saturation',
  jitter_hue: 'Change of hue',
  gray: 'Images without colour',
  blur: 'Blurred images',
  blur_min_radius: 'Least blur',
  blur_max_radius: 'Most blur',
  solarize: 'Solarised images',

  eval_every: 'Epochs between evaluations',
  patience: 'Patience',

  seed: 'Seed',
  precision: 'Numbers that are computed with',
  recompute: 'Less memory for more time',
  workers: 'Threads that read images',
  max_broken: 'Unreadable images allowed',
  checkpoint_every: 'Steps between checkpoints',
  keep_last: 'Newest checkpoints kept',
  keep_every: 'Checkpoints kept for ever',
  log_every: 'Steps between measurements',
};

export function titleOf(key: string): string {
  return TITLES[key as RecipeKey] ?? key;
}
