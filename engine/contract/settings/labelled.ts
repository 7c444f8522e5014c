/**
 * Groups of settings of all tasks on labelled images.
 *
 * Defaults are those of the authors' fine-tuning script. The network's settings apply to training
 * from scratch; with given weights only those that may differ (image size, patch grid, pooling) are
 * used.
 */
import { countOf } from '../number-text.ts';
import { checkCrops } from './check-shared.ts';
import {
  ADVANCED,
  adapt,
  type Need,
  SEEN,
  settingGroup,
  traits,
  type ValuesOf,
  whenGiven,
  whenIs,
} from './setting.ts';
import {
  type CropValues,
  flipSettings,
  lengthSettings,
  networkSettings,
  optimizerSettings,
  rateSettings,
  SHARE,
  type SharedValues,
  viewSettings,
} from './shared.ts';

export const labelledNetwork = {
  ...networkSettings,
  rel_pos: settingGroup('Network').choice(ADVANCED, {
    title: 'Relative position bias',
    default: 'per_block',
    choices: ['per_block', 'shared', 'none'],
    help: 'Learned relative position bias: a table in each block (as the authors fine-tune), one table for all blocks, or none.',
  }),
};

const head = settingGroup('Network');
export const headSettings = {
  pooling: head.choice(ADVANCED, {
    title: 'Pooling',
    default: 'mean',
    choices: ['mean', 'cls'],
    help: 'Input of the head: the mean of the patch tokens, or the class token.',
  }),
  head_init_scale: head.number(ADVANCED, {
    title: 'Head initialisation scale',
    default: 0.001,
    range: { min: 0, max: 10 },
    help: 'Factor on the initial weights of the head; near 0 all classes are about equally likely at the start.',
  }),
};

const trained = settingGroup('What is trained');
export const trainedSettings = {
  trained_blocks: trained.optionalInteger(ADVANCED, {
    title: 'Trained blocks',
    default: null,
    range: { min: 0, max: 128 },
    help: 'Last blocks that are trained, with norm and head; the others stay frozen. none trains everything.',
  }),
  layer_decay: trained.number(traits({ basic: 5 }), {
    title: 'Layer-wise LR decay',
    default: 0.9,
    range: { above: 0, max: 1 },
    help: 'Factor on the learning rate from each block to the one before it. The authors’ ViT-B command uses 0.65.',
  }),
};

const length = settingGroup('Length and learning rate');
export const labelledLength = {
  ...lengthSettings,
  micro_batch: adapt(lengthSettings.micro_batch, {
    help: 'Images that are computed together, a divisor of batch_size (gradient accumulation). Smaller needs less memory, with the same result. none is the whole batch.',
  }),
  epochs: adapt(lengthSettings.epochs, { default: 30 }),
  min_steps: length.integer(traits({ noEffect: whenGiven('steps') }), {
    title: 'Minimum steps',
    default: 0,
    range: { min: 0, max: 1e9 },
    help: 'Minimum length of the run, for very small sets; not used when steps is given.',
  }),
};
export const labelledRate = {
  ...rateSettings,
  min_lr: adapt(rateSettings.min_lr, { default: 1e-6 }),
};
/** Beside the cosine schedule the one that dense tasks are often trained with. */
export const scheduleSettings = {
  lr_schedule: length.choice(ADVANCED, {
    title: 'Learning rate schedule',
    default: 'cosine',
    choices: ['cosine', 'poly'],
    help: 'How the learning rate falls after the warm-up: along half a cosine, or as a power of the share of steps that remain (poly, as in BEiT’s protocol for segmentation).',
  }),
  lr_power: length.number(traits({ noEffect: whenIs('lr_schedule', 'cosine') }), {
    title: 'Power of the poly schedule',
    default: 1,
    range: { above: 0, max: 10 },
    help: 'Exponent of the poly schedule; 1 is a straight line.',
  }),
};
export const labelledOptimizer = {
  ...optimizerSettings,
  beta2: adapt(optimizerSettings.beta2, { default: 0.999 }),
};

const regularisation = settingGroup('Regularisation');
export const regularisationSettings = {
  drop_path: regularisation.number(traits({ basic: 7 }), {
    title: 'Drop path (stochastic depth)',
    default: 0.1,
    range: { min: 0, below: 1 },
    help: 'Probability that the last block is skipped for an image; it falls linearly towards the first block.',
  }),
  erase: regularisation.number(SEEN, {
    title: 'Random erasing',
    default: 0.25,
    range: SHARE,
    help: 'Probability that a rectangle is replaced by noise.',
  }),
};

const views = settingGroup('Images in training');
const ofRandAugment = traits({ seen: true, noEffect: whenIs('rand_augment', false) });
export const labelledViews = {
  ...viewSettings,
  rand_augment: views.flag(SEEN, {
    title: 'RandAugment',
    default: true,
    help: 'Random changes of colour and geometry.',
  }),
  rand_magnitude: views.number(ofRandAugment, {
    title: 'RandAugment magnitude',
    default: 9,
    range: { min: 0, max: 10 },
    help: 'Strength of the changes, 0 to 10.',
  }),
  rand_std: views.number(ofRandAugment, {
    title: 'RandAugment magnitude std',
    default: 0.5,
    range: { min: 0, max: 10 },
    help: 'Standard deviation of the magnitude.',
  }),
  rand_layers: views.integer(ofRandAugment, {
    title: 'RandAugment operations',
    default: 2,
    range: { min: 1, max: 15 },
    help: 'Operations that are applied to an image.',
  }),
  color_jitter: views.number(traits({ seen: true, noEffect: whenIs('rand_augment', true) }), {
    title: 'Colour jitter',
    default: 0.4,
    range: SHARE,
    help: 'Largest change of brightness, contrast and saturation; only used without RandAugment, as the authors do.',
  }),
};

/** Of images whose labels lie in places, which are scaled and cropped with them. */
export const denseViews = {
  scale_min: views.number(SEEN, {
    title: 'Smallest scale',
    default: 0.5,
    range: { min: 0.05, max: 20 },
    help: 'Smallest random factor on the size of an image before it is cropped; at 1 its shorter side has the image size.',
  }),
  scale_max: views.number(SEEN, {
    title: 'Largest scale',
    default: 2,
    range: { min: 0.05, max: 20 },
    help: 'Largest random factor on the size of an image before it is cropped.',
  }),
  ...flipSettings,
  photometric: views.flag(SEEN, {
    title: 'Photometric distortion',
    default: false,
    help: 'Brightness, contrast, saturation and hue are each changed in half of the images, as in the usual protocol of semantic segmentation, instead of colour jitter.',
  }),
  color_jitter: views.number(traits({ seen: true, noEffect: whenIs('photometric', true) }), {
    title: 'Colour jitter',
    default: 0.4,
    range: SHARE,
    help: 'Largest change of brightness, contrast and saturation; only used without photometric distortion.',
  }),
};

const evaluation = settingGroup('Evaluation');
export const evaluationSettings = {
  eval_every: evaluation.number(ADVANCED, {
    title: 'Evaluation interval (epochs)',
    default: 1,
    range: { above: 0, max: 1e6 },
    help: 'Epochs between evaluations on the validation set.',
  }),
  patience: evaluation.integer(traits({ basic: 8 }), {
    title: 'Early-stopping patience',
    default: 0,
    range: { min: 0, max: 1e6 },
    help: 'Evaluations without improvement after which training ends; 0 never ends early. The best checkpoint is kept either way.',
  }),
};

export type LabelledValues = SharedValues &
  ValuesOf<
    typeof labelledNetwork &
      typeof headSettings &
      typeof trainedSettings &
      typeof labelledLength &
      typeof regularisationSettings &
      typeof labelledViews &
      typeof evaluationSettings
  >;

/** Checks of recipes whose labels are of the whole image. */
export function checkLabelled(
  values: Pick<LabelledValues, 'trained_blocks' | 'depth' | keyof CropValues>,
  need: Need<'trained_blocks' | keyof CropValues>,
): void {
  checkCrops(values, need);
  checkTrainedBlocks(values, need);
}

export function checkDenseViews(
  {
    scale_min: least,
    scale_max: most,
  }: Pick<ValuesOf<typeof denseViews>, 'scale_min' | 'scale_max'>,
  need: Need<'scale_max'>,
): void {
  need(least <= most, 'scale_max', `at least scale_min, ${least}`);
}

export function checkTrainedBlocks(
  { trained_blocks: trained, depth }: Pick<LabelledValues, 'trained_blocks' | 'depth'>,
  need: Need<'trained_blocks'>,
): void {
  need(
    trained === null || trained <= depth,
    'trained_blocks',
    `at most the ${countOf(depth, 'block')} of the network`,
  );
}
