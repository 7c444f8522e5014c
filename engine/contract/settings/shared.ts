/**
 * Groups of settings that the recipes of all tasks have.
 *
 * Defaults are those of the authors' scripts. The recipe of a task takes the groups, adapts some
 * settings and adds its own.
 */
import { PRECISIONS } from '../precision.ts';
import {
  ADVANCED,
  alsoRead,
  isNone,
  MOST_CHANNELS,
  SEEN,
  settingGroup,
  traits,
  type ValuesOf,
  whenGiven,
} from './setting.ts';
import { STACK_CHANNELS, USUAL_STACKS } from './stack-channels.ts';

/** Named channel statistics of RGB. */
export const NORMALISATIONS = {
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  half: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
} as const satisfies Record<string, { mean: readonly number[]; std: readonly number[] }>;

/** Of `half`, for any number of channels. */
const HALF = [0.5];

/** Percentiles of a channel that become 0 and 1 with the value range `percentiles`. */
export const RANGE_PERCENTILES = [0.1, 99.9] as const;

const SIDE = { min: 8, max: 4096 };
export const SHARE = { min: 0, max: 1 };

const images = settingGroup('Images and patches');
export const imageSettings = {
  image_size: images.size(SEEN, {
    title: 'Image size',
    default: 224,
    range: SIDE,
    help: 'Side of the square crop in pixels, or height,width. Smaller is much faster.',
  }),
  patch_size: images.integer(SEEN, {
    title: 'Patch size',
    default: 16,
    range: { min: 1, max: 256 },
    help: 'Side of a patch in pixels; each patch becomes one token. Half the side makes four times as many.',
  }),
  channels: images.integer(SEEN, {
    title: 'Channels',
    default: 3,
    range: { min: 1, max: MOST_CHANNELS },
    help: 'Channels of an image; 3 are taken as red, green and blue. Grey images fill 3 channels with the same values, and colour images give their luminance (ITU-R 601) where 1 is asked for; images of another number are left out.',
  }),
  value_range: images.valueRange(SEEN, {
    title: 'Value range',
    default: 'type',
    help: `Which values of a file become 0 and 1; values beyond are clipped. type: the range of the number type, such as 0 to 65535. metadata: what the file states, metadata:2 the second range where it states several. percentiles: percentiles ${RANGE_PERCENTILES.join(' and ')} of each channel, measured over the set. LOW,HIGH: these numbers.`,
  }),
  mean: images.perChannel(ADVANCED, {
    title: 'Channel mean',
    default: NORMALISATIONS.half.mean,
    range: { min: -10, max: 10 },
    named: { imagenet: NORMALISATIONS.imagenet.mean, half: HALF },
    help: 'Subtracted from each channel after scaling to 0..1; measured is that of the set. The authors’ published commands use imagenet.',
  }),
  std: images.perChannel(ADVANCED, {
    title: 'Channel standard deviation',
    default: NORMALISATIONS.half.std,
    range: { min: 0.001, max: 10 },
    named: { imagenet: NORMALISATIONS.imagenet.std, half: HALF },
    help: 'Each channel is divided by this; measured is that of the set. The authors’ published commands use imagenet.',
  }),
};

/** Of tasks whose images are read as tiles where they are large; maps of pixels and boxes are of whole ones. */
export const tileSettings = {
  tiles: images.tiling(SEEN, {
    title: 'Tiles',
    default: 'auto',
    help: 'Large TIFF images, such as whole slides and satellite scenes, become tiles, and each used tile is an image. auto: those above 268 million pixels, in tiles of 512 pixels. SIZE: all that are larger than a tile. Tiles of a flat ground are left out, unless ,all follows.',
  }),
};

/** Of the same tasks. */
export const stackSettings = {
  stack_channels: images.choice(SEEN, {
    title: 'Channels of stacks',
    default: USUAL_STACKS,
    choices: STACK_CHANNELS,
    help: 'Which dimensions of TIFF stacks (OME-TIFF, ImageJ) are channels of an image: C channels, Z slices, T times; of the others each position is an image. Pages without a stated meaning count as Z. CZT takes all of a file as one image.',
  }),
};

const network = settingGroup('Network');
export const networkSettings = {
  embed_dim: network.integer(ADVANCED, {
    title: 'Embedding width',
    default: 768,
    range: { min: 8, max: 8192 },
    help: 'Width of the network: numbers per token.',
  }),
  depth: network.integer(ADVANCED, {
    title: 'Depth',
    default: 12,
    range: { min: 1, max: 128 },
    help: 'Number of transformer blocks.',
  }),
  heads: network.integer(ADVANCED, {
    title: 'Attention heads',
    default: 12,
    range: { min: 1, max: 128 },
    help: 'Attention heads per block; they share the width equally.',
  }),
  mlp_ratio: network.number(ADVANCED, {
    title: 'MLP ratio',
    default: 4,
    range: { above: 0, max: 16 },
    help: 'Hidden width of each block’s MLP, as a multiple of embed_dim.',
  }),
  layer_scale: alsoRead(
    network.number(ADVANCED, {
      title: 'Layer scale',
      default: 0.1,
      range: SHARE,
      help: 'Initial value of the learned factor on every residual branch; 0 for no factors. The authors use 1e-5 for ViT-L.',
    }),
    (value) => (isNone(value) ? 0 : value),
  ),
  rel_pos: network.choice(ADVANCED, {
    title: 'Relative position bias',
    default: 'shared',
    choices: ['shared', 'none'],
    help: 'Learned relative position bias, one table shared by all blocks.',
  }),
  rel_pos_init: network.choice(ADVANCED, {
    title: 'Initial relative position bias',
    default: 'zero',
    choices: ['zero', 'distance'],
    help: 'Initial table: zero (as the authors), or falling with distance, with which small networks and short runs learn sooner.',
  }),
  abs_pos: network.flag(ADVANCED, {
    title: 'Absolute position embedding',
    default: false,
    help: 'Learned absolute position embedding. Small runs then tend to match positions instead of content.',
  }),
  init_std: network.number(ADVANCED, {
    title: 'Initialisation std',
    default: 0.02,
    range: { above: 0, max: 1 },
    help: 'Standard deviation of the truncated normal distribution of initial weights.',
  }),
};

/** Of networks with batch normalisation. */
export const syncSettings = {
  sync_batchnorm: network.flag(ADVANCED, {
    title: 'Synchronised batch norm',
    default: false,
    help: 'On several ranks: batch normalisation has the statistics of the images of all ranks, not of each rank (SyncBatchNorm of PyTorch). No effect on one.',
  }),
};

const length = settingGroup('Length and learning rate');
export const lengthSettings = {
  batch_size: length.integer(traits({ basic: 3 }), {
    title: 'Batch size',
    default: 64,
    range: { min: 1, max: 65536 },
    help: 'Images per step.',
  }),
  micro_batch: length.optionalInteger(ADVANCED, {
    title: 'Micro-batch size',
    default: null,
    range: { min: 1, max: 65536 },
    help: 'Images that are computed together, a divisor of batch_size (gradient accumulation). Smaller needs less memory; in pre-training normalisation is then per micro-batch. none is the whole batch.',
  }),
  epochs: length.integer(traits({ basic: 1, noEffect: whenGiven('steps') }), {
    title: 'Epochs',
    default: 300,
    range: { min: 1, max: 1_000_000 },
    help: 'Passes over all images; not used when steps is given.',
  }),
  steps: length.optionalInteger(ADVANCED, {
    title: 'Steps',
    default: null,
    range: { min: 1, max: 1e9 },
    help: 'Length of the run in steps, instead of epochs.',
  }),
};
export const rateSettings = {
  lr: length.number(traits({ basic: 4 }), {
    title: 'Learning rate',
    default: 5e-4,
    range: { min: 0, max: 10 },
    help: 'Peak learning rate, after the warm-up; not scaled with the batch size.',
  }),
  min_lr: length.number(ADVANCED, {
    title: 'Final learning rate',
    default: 1e-5,
    range: { min: 0, max: 10 },
    help: 'Learning rate at the end of the cosine schedule.',
  }),
  warmup_epochs: length.number(traits({ noEffect: whenGiven('warmup_steps') }), {
    title: 'Warm-up epochs',
    default: 5,
    range: { min: 0, max: 1_000_000 },
    help: 'Epochs over which the learning rate rises from 0.',
  }),
  warmup_steps: length.integer(ADVANCED, {
    title: 'Warm-up steps',
    default: -1,
    range: { min: -1, max: 1e9 },
    help: 'Warm-up in steps, instead of warmup_epochs; -1 or 0 leaves it to warmup_epochs.',
  }),
};

const optimizer = settingGroup('Optimizer');
export const optimizerSettings = {
  weight_decay: optimizer.number(ADVANCED, {
    title: 'Weight decay',
    default: 0.05,
    range: { min: 0, max: 10 },
    help: 'Decoupled weight decay (AdamW), except of biases, norms, class token and position embedding.',
  }),
  weight_decay_end: optimizer.optionalNumber(ADVANCED, {
    title: 'Final weight decay',
    default: null,
    range: { min: 0, max: 10 },
    help: 'Weight decay at the end of a cosine schedule; none keeps it constant.',
  }),
  beta1: optimizer.number(ADVANCED, {
    title: 'Adam β1',
    default: 0.9,
    range: { min: 0, below: 1 },
    help: 'AdamW: decay rate of the mean gradient (momentum).',
  }),
  beta2: optimizer.number(ADVANCED, {
    title: 'Adam β2',
    default: 0.98,
    range: { min: 0, below: 1 },
    help: 'AdamW: decay rate of the mean squared gradient.',
  }),
  adam_eps: optimizer.number(ADVANCED, {
    title: 'Adam ε',
    default: 1e-8,
    range: { above: 0, max: 1 },
    help: 'AdamW: added to the denominator.',
  }),
  clip_grad: alsoRead(
    optimizer.optionalNumber(ADVANCED, {
      title: 'Gradient clipping',
      default: null,
      range: { above: 0, max: 1e6 },
      help: 'Maximum global norm of the gradient; a larger one is scaled down. The authors use 1.0 for ViT-L.',
    }),
    (value) => (value === 0 ? null : value),
  ),
};

const views = settingGroup('Images in training');
/** Random resized crops, of tasks whose labels are of the whole image. */
export const cropSettings = {
  crop_min_area: views.number(SEEN, {
    title: 'Minimum crop area',
    default: 0.08,
    range: { above: 0, max: 1 },
    help: 'Smallest random resized crop, as a share of the image’s area.',
  }),
  crop_max_area: views.number(SEEN, {
    title: 'Maximum crop area',
    default: 1,
    range: { above: 0, max: 1 },
    help: 'Largest random resized crop, as a share of the image’s area.',
  }),
  crop_min_ratio: views.number(SEEN, {
    title: 'Minimum crop aspect ratio',
    default: 0.75,
    range: { above: 0, max: 100 },
    help: 'Flattest crop, width over height.',
  }),
  crop_max_ratio: views.number(SEEN, {
    title: 'Maximum crop aspect ratio',
    default: 4 / 3,
    range: { above: 0, max: 100 },
    help: 'Widest crop, width over height.',
  }),
  crop_interpolation: views.choice(SEEN, {
    title: 'Interpolation',
    default: 'bicubic',
    choices: ['bicubic', 'bilinear'],
    help: 'How crops are resized.',
  }),
};
export const flipSettings = {
  flip: views.number(SEEN, {
    title: 'Flip probability',
    default: 0.5,
    range: SHARE,
    help: 'Probability of a horizontal flip. Use 0 where left and right differ in meaning.',
  }),
};

export const viewSettings = { ...cropSettings, ...flipSettings };

const running = settingGroup('Running');
export const runningSettings = {
  seed: running.integer(traits({ seen: true, incidental: true }), {
    title: 'Seed',
    default: 0,
    range: { min: 0, max: Number.MAX_SAFE_INTEGER },
    help: 'Start of all random numbers. The same seed, images and settings give the same run.',
  }),
  precision: running.choice(ADVANCED, {
    title: 'Precision',
    default: 'float32',
    choices: PRECISIONS,
    help: 'Number format of products. float16 (mixed precision) is faster on most GPUs and needs less memory; bfloat16 is the same with the range of float32, where a device has it; weights and loss stay float32.',
  }),
  wire_precision: running.choice(ADVANCED, {
    title: 'Precision between ranks',
    default: 'float32',
    choices: ['float32', 'bfloat16'],
    help: 'On several ranks: number format in which gradients travel. bfloat16 halves the bytes and rounds each gradient; they are added up, and weights are kept, in float32.',
  }),
  recompute: running.flag(ADVANCED, {
    title: 'Gradient checkpointing',
    default: false,
    help: 'Activations are computed again instead of kept (activation checkpointing): a quarter more time, much less memory, the same result.',
  }),
  workers: running.integer(traits({ basic: 9, incidental: true }), {
    title: 'Data-loader workers',
    default: 1,
    range: { min: 0, max: 256 },
    help: 'Threads that load and augment images (num_workers in PyTorch); 0 does it between the steps. The result is the same.',
  }),
  max_broken: running.number(ADVANCED, {
    title: 'Unreadable images allowed',
    default: 0.05,
    range: SHARE,
    help: 'Share of unreadable images above which the run stops.',
  }),
  checkpoint_every: running.integer(ADVANCED, {
    title: 'Checkpoint interval (steps)',
    default: 500,
    range: { min: 1, max: 1e9 },
    help: 'Steps between checkpoints.',
  }),
  keep_last: running.integer(ADVANCED, {
    title: 'Newest checkpoints kept',
    default: 3,
    range: { min: 1, max: 1e6 },
    help: 'How many of the newest checkpoints stay on disk.',
  }),
  keep_every: running.integer(ADVANCED, {
    title: 'Permanent checkpoint interval',
    default: 0,
    range: { min: 0, max: 1e9 },
    help: 'Checkpoints at multiples of this step are never deleted; 0 for none.',
  }),
  log_every: running.integer(traits({ incidental: true }), {
    title: 'Logging interval (steps)',
    default: 1,
    range: { min: 1, max: 1e6 },
    help: 'Steps between lines of metrics.',
  }),
};

/** The settings of every recipe; the allowed relative positions depend on the task. */
export type SharedSettings = typeof imageSettings &
  Omit<typeof networkSettings, 'rel_pos'> &
  typeof lengthSettings &
  typeof rateSettings &
  typeof optimizerSettings &
  typeof flipSettings &
  typeof runningSettings;
export type SharedValues = ValuesOf<SharedSettings>;
export type SyncSettings = ValuesOf<typeof syncSettings>;
export type WirePrecision = SharedValues['wire_precision'];
export type CropValues = ValuesOf<typeof cropSettings>;

/** Image height and width in pixels. */
export function imageSides({
  image_size: size,
}: Pick<SharedValues, 'image_size'>): [height: number, width: number] {
  return typeof size === 'number' ? [size, size] : [size[0], size[1]];
}

export function sidesText(recipe: Pick<SharedValues, 'image_size'>): string {
  const [height, width] = imageSides(recipe);
  return height === width ? `image_size ${height}` : `image_size ${height},${width}`;
}
