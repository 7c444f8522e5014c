/**
 * Every setting of a recipe: its default (the authors' unless said otherwise), range and meaning.
 *
 * The one place where a setting is named; schema, help, errors, docs and forms all read it.
 */
import { PRECISIONS } from './precision.ts';
import { fieldGroup } from './recipe-fields.ts';

const image = fieldGroup('Images and patches');
const model = fieldGroup('Network');
const method = fieldGroup('Method');
const mask = fieldGroup('Mask');
const length = fieldGroup('Length and learning rate');
const optimizer = fieldGroup('Optimizer');
const views = fieldGroup('Both views');
const teacher = fieldGroup('Teacher view only');
const running = fieldGroup('Running');

const SIDE = { min: 8, max: 4096 };
const SHARE = { min: 0, max: 1 };

/** Channel statistics that have a name. */
export const NORMALISATIONS = {
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  half: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
} as const;

/** Every setting by its name, in the order in which people read them. */
export const recipeFields = {
  image_size: image.size(
    224,
    SIDE,
    'Side of the square that images are cropped to, in pixels; or height,width. Smaller is much faster and sees less detail.',
  ),
  patch_size: image.integer(
    16,
    { min: 1, max: 256 },
    'Side of a patch in pixels. The image is cut into patches, and each becomes one token; halving it makes four times as many.',
  ),
  mean: image.triple(
    NORMALISATIONS.half.mean,
    { min: -10, max: 10 },
    'Subtracted from each colour channel after scaling to 0..1. The authors’ published commands use imagenet.',
  ),
  std: image.triple(
    NORMALISATIONS.half.std,
    { min: 0.001, max: 10 },
    'Each colour channel is divided by this. The authors’ published commands use imagenet.',
  ),

  embed_dim: model.integer(768, { min: 8, max: 8192 }, 'Width of the network: numbers per token.'),
  depth: model.integer(12, { min: 1, max: 128 }, 'Number of transformer blocks.'),
  heads: model.integer(
    12,
    { min: 1, max: 128 },
    'Attention heads per block; they share the width equally.',
  ),
  mlp_ratio: model.number(
    4,
    { above: 0, max: 16 },
    'Hidden width of each block’s MLP, as a multiple of embed_dim.',
  ),
  layer_scale: model.number(
    0.1,
    SHARE,
    'Start value of the learned factor on every residual branch; 0 leaves the factors out. The authors use 1e-5 for ViT-L.',
  ),
  rel_pos: model.choice(
    'shared',
    ['shared', 'none'],
    'Learned relative position bias, one table shared by all blocks.',
  ),
  rel_pos_init: model.choice(
    'zero',
    ['zero', 'distance'],
    'How the relative position table starts: zero (the authors’), or falling with distance, which lets small networks and short runs start learning at once.',
  ),
  abs_pos: model.flag(
    false,
    'Learned absolute position embedding. In small runs it lets the network match positions instead of content.',
  ),
  init_std: model.number(
    0.02,
    { above: 0, max: 1 },
    'Standard deviation of the truncated normal that weights start from.',
  ),

  mlp_dim: method.integer(
    4096,
    { min: 8, max: 65536 },
    'Hidden width of the projector, used in pre-training only.',
  ),
  proj_dim: method.integer(
    256,
    { min: 2, max: 8192 },
    'Width of the vectors that student and teacher are compared in.',
  ),
  temperature: method.number(
    0.1,
    { above: 0, max: 10 },
    'Divides the similarities in the loss; lower makes the choice among patches sharper.',
  ),
  ema_momentum: method.number(
    0.996,
    SHARE,
    'Share of itself that the teacher keeps at each step, at the start of the run.',
  ),
  ema_momentum_end: method.number(
    1,
    SHARE,
    'The same at the end of the run; between them the value follows a cosine.',
  ),

  mask_type: mask.choice(
    'block',
    ['block', 'random_mps32'],
    'What the student does not see: random rectangles (block), or random square cells aligned to a grid (random_mps32, as the published command).',
  ),
  mask_cell: mask.integer(
    32,
    { min: 1, max: 4096 },
    'random_mps32: side of a cell in pixels; a multiple of patch_size that divides the image.',
  ),
  mask_ratio: mask.number(
    0.75,
    { above: 0, max: 1 },
    'random_mps32: share of the cells that are masked, rounded up.',
  ),
  mask_patches: mask.integer(
    75,
    { min: 1, max: 65536 },
    'block: how many patches to mask, at most.',
  ),
  mask_min_patches: mask.integer(
    16,
    { min: 1, max: 65536 },
    'block: smallest area of one rectangle, in patches.',
  ),
  mask_min_aspect: mask.number(
    0.3,
    { above: 0, max: 1 },
    'block: flattest rectangle allowed, height over width; its inverse is the tallest.',
  ),

  batch_size: length.integer(64, { min: 1, max: 65536 }, 'Images per step.'),
  micro_batch: length.optionalInteger(
    null,
    { min: 1, max: 65536 },
    'Images that are computed at once: a divisor of batch_size. Smaller needs less memory and takes a little longer. In pre-training normalisation then sees only so many images at a time, so it is not quite the same batch. none computes the whole batch at once.',
  ),
  epochs: length.integer(
    300,
    { min: 1, max: 1_000_000 },
    'How often every image is seen. Not used when steps is given.',
  ),
  steps: length.optionalInteger(
    null,
    { min: 1, max: 1e9 },
    'Length of the run in steps, instead of epochs.',
  ),
  lr: length.number(
    5e-4,
    { min: 0, max: 10 },
    'Highest learning rate, reached after the warm-up. Not scaled with the batch size.',
  ),
  min_lr: length.number(
    1e-5,
    { min: 0, max: 10 },
    'Learning rate that the cosine falls to at the end.',
  ),
  warmup_epochs: length.number(
    5,
    { min: 0, max: 1_000_000 },
    'Epochs over which the learning rate rises from 0.',
  ),
  warmup_steps: length.integer(
    -1,
    { min: -1, max: 1e9 },
    'Warm-up in steps, instead of warmup_epochs; -1 or 0 leaves it to warmup_epochs.',
  ),

  weight_decay: optimizer.number(
    0.05,
    { min: 0, max: 10 },
    'Pull of the weights towards 0 (AdamW). Biases, norms, class token and position embedding have none.',
  ),
  weight_decay_end: optimizer.optionalNumber(
    null,
    { min: 0, max: 10 },
    'Weight decay at the end of the run, reached by a cosine; none keeps it constant.',
  ),
  beta1: optimizer.number(0.9, { min: 0, below: 1 }, 'AdamW: memory of the mean gradient.'),
  beta2: optimizer.number(0.98, { min: 0, below: 1 }, 'AdamW: memory of the squared gradient.'),
  adam_eps: optimizer.number(1e-8, { above: 0, max: 1 }, 'AdamW: keeps the division finite.'),
  clip_grad: optimizer.optionalNumber(
    null,
    { above: 0, max: 1e6 },
    'Largest global norm of the gradient; longer ones are scaled down. The authors use 1.0 for ViT-L.',
  ),

  crop_min_area: views.number(
    0.08,
    { above: 0, max: 1 },
    'Smallest crop, as a share of the image’s area.',
  ),
  crop_max_area: views.number(
    1,
    { above: 0, max: 1 },
    'Largest crop, as a share of the image’s area.',
  ),
  crop_min_ratio: views.number(0.75, { above: 0, max: 100 }, 'Flattest crop, width over height.'),
  crop_max_ratio: views.number(4 / 3, { above: 0, max: 100 }, 'Widest crop, width over height.'),
  crop_interpolation: views.choice('bicubic', ['bicubic', 'bilinear'], 'How crops are resized.'),
  flip: views.number(
    0.5,
    SHARE,
    'How often an image is mirrored left to right. Use 0 where left and right differ in meaning.',
  ),

  jitter: teacher.number(
    0.8,
    SHARE,
    'How often brightness, contrast, saturation and hue are changed.',
  ),
  jitter_brightness: teacher.number(0.4, SHARE, 'Largest change of brightness.'),
  jitter_contrast: teacher.number(0.4, SHARE, 'Largest change of contrast.'),
  jitter_saturation: teacher.number(0.2, SHARE, 'Largest change of saturation.'),
  jitter_hue: teacher.number(
    0.1,
    { min: 0, max: 0.5 },
    'Largest turn of the colour wheel, 0.5 being half of it.',
  ),
  gray: teacher.number(0.2, SHARE, 'How often the colour is taken away.'),
  blur: teacher.number(0.1, SHARE, 'How often the image is blurred.'),
  blur_min_radius: teacher.number(0.1, { above: 0, max: 100 }, 'Smallest blur radius in pixels.'),
  blur_max_radius: teacher.number(2, { above: 0, max: 100 }, 'Largest blur radius in pixels.'),
  solarize: teacher.number(0.2, SHARE, 'How often bright values are inverted.'),

  seed: running.integer(
    0,
    { min: 0, max: Number.MAX_SAFE_INTEGER },
    'Start of all randomness. The same seed, images and settings give the same run.',
  ),
  precision: running.choice(
    'float32',
    PRECISIONS,
    'What products are computed in. float16 is faster on most graphics cards and needs less memory; weights and the loss stay float32.',
  ),
  recompute: running.flag(
    false,
    'Compute what lies between the blocks again instead of keeping it: about a quarter more time, and much less memory. The result is the same.',
  ),
  workers: running.integer(
    1,
    { min: 0, max: 256 },
    'Threads that read and augment images; 0 does it between the steps. Does not change the result.',
  ),
  max_broken: running.number(
    0.05,
    SHARE,
    'Share of unreadable images met in training above which the run stops.',
  ),
  checkpoint_every: running.integer(500, { min: 1, max: 1e9 }, 'Steps between checkpoints.'),
  keep_last: running.integer(
    3,
    { min: 1, max: 1e6 },
    'How many of the newest checkpoints stay on disk.',
  ),
  keep_every: running.integer(
    0,
    { min: 0, max: 1e9 },
    'Checkpoints at multiples of this step stay for ever; 0 keeps none for ever.',
  ),
  log_every: running.integer(1, { min: 1, max: 1e6 }, 'Steps between lines of metrics.'),
};
