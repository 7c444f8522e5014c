/**
 * Every setting of a fine-tuning recipe: its default (the authors' fine-tuning script's unless said
 * otherwise), range and meaning.
 *
 * The network's settings describe one that is trained from scratch; with weights given they are those
 * of the weights, and only what may differ (image size, patch grid, pooling) is taken from here.
 */
import { fieldGroup } from './recipe-fields.ts';
import { recipeFields } from './recipe-settings.ts';

const model = fieldGroup('Network');
const training = fieldGroup('What is trained');
const length = fieldGroup('Length and learning rate');
const optimizer = fieldGroup('Optimizer');

const regularisation = fieldGroup('Against overfitting');
const views = fieldGroup('Images in training');
const judging = fieldGroup('Evaluation');

const SHARE = { min: 0, max: 1 };

export const finetuneFields = {
  image_size: recipeFields.image_size,
  patch_size: recipeFields.patch_size,
  mean: recipeFields.mean,
  std: recipeFields.std,

  embed_dim: recipeFields.embed_dim,
  depth: recipeFields.depth,
  heads: recipeFields.heads,
  mlp_ratio: recipeFields.mlp_ratio,
  layer_scale: recipeFields.layer_scale,
  rel_pos: model.choice(
    'per_block',
    ['per_block', 'shared', 'none'],
    'Learned relative position bias: a table in each block (as the authors fine-tune; it starts as a copy of the shared one), one table for all, or none.',
  ),
  rel_pos_init: recipeFields.rel_pos_init,
  abs_pos: recipeFields.abs_pos,
  init_std: recipeFields.init_std,
  pooling: model.choice(
    'mean',
    ['mean', 'cls'],
    'What the classifier sees: the mean of the patch tokens, or the class token.',
  ),
  head_init_scale: model.number(
    0.001,
    { min: 0, max: 10 },
    'Factor on the head’s starting weights: near 0 it starts without an opinion.',
  ),

  trained_blocks: training.optionalInteger(
    null,
    { min: 0, max: 128 },
    'How many of the last blocks learn, with the norm and the head after them; the rest stays as it is. none trains everything.',
  ),
  layer_decay: training.number(
    0.9,
    { above: 0, max: 1 },
    'Each block learns at this share of the rate of the block after it. The authors’ published ViT-B command uses 0.65.',
  ),

  batch_size: recipeFields.batch_size,
  micro_batch: length.optionalInteger(
    null,
    { min: 1, max: 65536 },
    'Images that are computed at once: a divisor of batch_size. Smaller needs less memory and takes a little longer; what is learnt stays the same. none computes the whole batch at once.',
  ),
  epochs: length.integer(
    30,
    { min: 1, max: 1_000_000 },
    'How often every image is seen. Not used when steps is given.',
  ),
  steps: recipeFields.steps,
  min_steps: length.integer(
    0,
    { min: 0, max: 1e9 },
    'At least so many steps, however few the images: epochs of very small sets are too short to learn in. Not used when steps is given.',
  ),
  lr: recipeFields.lr,
  min_lr: length.number(
    1e-6,
    { min: 0, max: 10 },
    'Learning rate that the cosine falls to at the end.',
  ),
  warmup_epochs: recipeFields.warmup_epochs,
  warmup_steps: recipeFields.warmup_steps,

  weight_decay: recipeFields.weight_decay,
  weight_decay_end: recipeFields.weight_decay_end,
  beta1: recipeFields.beta1,
  beta2: optimizer.number(0.999, { min: 0, below: 1 }, 'AdamW: memory of the squared gradient.'),
  adam_eps: recipeFields.adam_eps,
  clip_grad: recipeFields.clip_grad,

  drop_path: regularisation.number(
    0.1,
    { min: 0, below: 1 },
    'Stochastic depth: how often the last block is left out for an image; earlier blocks less, in a straight line.',
  ),
  smoothing: regularisation.number(
    0.1,
    { min: 0, below: 1 },
    'Label smoothing: the share of the target that is spread over all classes.',
  ),
  mixup: regularisation.number(
    0,
    { min: 0, max: 100 },
    'Mixup: α of the Beta distribution of shares; 0 turns it off. The published command uses 0.8.',
  ),
  cutmix: regularisation.number(
    0,
    { min: 0, max: 100 },
    'CutMix: the same for pasted rectangles. The published command uses 1.0.',
  ),
  mixup_prob: regularisation.number(1, SHARE, 'How often a batch is mixed at all.'),
  mixup_switch_prob: regularisation.number(
    0.5,
    SHARE,
    'How often a mixed batch is CutMix, where both are on.',
  ),
  erase: regularisation.number(0.25, SHARE, 'How often a rectangle is replaced by noise.'),
  sampling: regularisation.choice(
    'uniform',
    ['uniform', 'balanced'],
    'Which images are drawn: each as often, or each class as often, which helps where classes are of very different size.',
  ),

  crop_min_area: views.borrow(recipeFields.crop_min_area),
  crop_max_area: views.borrow(recipeFields.crop_max_area),
  crop_min_ratio: views.borrow(recipeFields.crop_min_ratio),
  crop_max_ratio: views.borrow(recipeFields.crop_max_ratio),
  crop_interpolation: views.borrow(recipeFields.crop_interpolation),
  flip: views.borrow(recipeFields.flip),
  rand_augment: views.flag(true, 'RandAugment: two random changes of colour or geometry an image.'),
  rand_magnitude: views.number(9, { min: 0, max: 10 }, 'RandAugment: strength, 0 to 10.'),
  rand_std: views.number(0.5, { min: 0, max: 10 }, 'RandAugment: spread of the strength.'),
  rand_layers: views.integer(2, { min: 1, max: 15 }, 'RandAugment: changes an image.'),
  color_jitter: views.number(
    0.4,
    SHARE,
    'Largest change of brightness, contrast and saturation. Only used without RandAugment, as the authors do.',
  ),

  eval_every: judging.number(
    1,
    { above: 0, max: 1e6 },
    'Epochs between evaluations on the validation images.',
  ),
  patience: judging.integer(
    0,
    { min: 0, max: 1e6 },
    'Evaluations without a better one after which training ends; 0 trains to the end. The best is kept either way.',
  ),

  seed: recipeFields.seed,
  precision: recipeFields.precision,
  recompute: recipeFields.recompute,
  workers: recipeFields.workers,
  max_broken: recipeFields.max_broken,
  checkpoint_every: recipeFields.checkpoint_every,
  keep_last: recipeFields.keep_last,
  keep_every: recipeFields.keep_every,
  log_every: recipeFields.log_every,
};
