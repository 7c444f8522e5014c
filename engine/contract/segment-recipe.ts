/** The recipe of semantic segmentation: all settings of a run on images with masks of classes. */
import { defineRecipe } from './settings/define-recipe.ts';
import {
  checkDenseViews,
  checkTrainedBlocks,
  denseViews,
  evaluationSettings,
  labelledLength,
  labelledNetwork,
  labelledOptimizer,
  labelledRate,
  regularisationSettings,
  scheduleSettings,
  trainedSettings,
} from './settings/labelled.ts';
import { adapt, settingGroup, traits, type ValuesOf, whenIs } from './settings/setting.ts';
import { imageSettings, runningSettings, syncSettings } from './settings/shared.ts';

/** Blocks of the smallest network that has four depths for UPerNet. */
const LEAST_DEPTH = 4;

const head = settingGroup('Network');
const ofUpernet = traits({ noEffect: whenIs('head', 'linear') });
const segmentationHead = {
  head: head.choice(traits({ basic: 2 }), {
    title: 'Head',
    default: 'linear',
    choices: ['linear', 'upernet'],
    help: 'linear: one layer on the patch tokens. upernet: UPerNet on features of four depths, as BEiT and the paper, with much more computation.',
  }),
  auxiliary_channels: head.integer(ofUpernet, {
    title: 'Auxiliary head width',
    default: 256,
    range: { min: 1, max: 8192 },
    help: 'Channels of the auxiliary head, which helps while training and is not used afterwards.',
  }),
  auxiliary_weight: head.number(ofUpernet, {
    title: 'Auxiliary loss weight',
    default: 0.4,
    range: { min: 0, max: 10 },
    help: 'Factor on the loss of the auxiliary head.',
  }),
  sync_batchnorm: adapt(syncSettings.sync_batchnorm, ofUpernet),
};

export const segmentSettings = defineRecipe({
  of: 'semantic segmentation',
  listCommand: 'conmim recipes --show small --task segment',
  settings: {
    ...imageSettings,
    ...labelledNetwork,
    ...segmentationHead,
    ...trainedSettings,
    ...labelledLength,
    ...labelledRate,
    min_lr: adapt(labelledRate.min_lr, { help: 'Learning rate at the end of the schedule.' }),
    ...scheduleSettings,
    ...labelledOptimizer,
    drop_path: adapt(regularisationSettings.drop_path, { default: 0.1 }),
    ...denseViews,
    ...evaluationSettings,
    ...runningSettings,
  },
  check(values, need) {
    checkTrainedBlocks(values, need);
    checkDenseViews(values, need);
    if (values.head !== 'upernet') return;
    need(values.depth >= LEAST_DEPTH, 'head', `linear below ${LEAST_DEPTH} blocks`);
    const { batch_size, micro_batch } = values;
    const least = leastSegmentPass(values);
    need(batch_size >= least, 'batch_size', `at least ${least} for upernet`);
    need((micro_batch ?? least) >= least, 'micro_batch', `at least ${least} for upernet, or none`);
  },
});

export type SegmentRecipe = ValuesOf<typeof segmentSettings.settings>;

/**
 * The smallest number of images in a pass: batch normalisation of UPerNet's coarsest pooling has one
 * value an image, and needs two.
 */
export function leastSegmentPass({ head }: Pick<SegmentRecipe, 'head'>): number {
  return head === 'upernet' ? 2 : 1;
}

/** Parse a recipe: the result is complete and checked. */
export const parseSegmentRecipe = segmentSettings.parse;
