/** The recipes of detection and of instance segmentation: all settings of a run on images with objects. */
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
import {
  ADVANCED,
  adapt,
  type Need,
  settingGroup,
  traits,
  type ValuesOf,
} from './settings/setting.ts';
import { imageSettings, runningSettings } from './settings/shared.ts';

const head = settingGroup('Network');
const queryHead = {
  queries: head.integer(traits({ basic: 2 }), {
    title: 'Queries',
    default: 100,
    range: { min: 1, max: 2000 },
    help: 'Most objects that the network finds in an image, each by a learned query.',
  }),
  query_blocks: head.integer(ADVANCED, {
    title: 'Blocks with queries',
    default: 4,
    range: { min: 1, max: 128 },
    help: 'Last blocks of the network that the queries go through, together with the image.',
  }),
};

const loss = settingGroup('Loss');
const FACTOR = { min: 0, max: 1000 };
const objectLoss = {
  class_weight: loss.number(ADVANCED, {
    title: 'Class loss weight',
    default: 2,
    range: FACTOR,
    help: 'Factor on the cross-entropy of classes, and on their cost when queries are assigned to objects.',
  }),
  no_object_weight: loss.number(ADVANCED, {
    title: 'No-object weight',
    default: 0.1,
    range: { above: 0, max: 1 },
    help: 'Factor on the class loss of queries without an object, which are most of them.',
  }),
  box_weight: loss.number(ADVANCED, {
    title: 'Box L1 loss weight',
    default: 5,
    range: FACTOR,
    help: 'Factor on the L1 distance of boxes, and on its cost.',
  }),
  giou_weight: loss.number(ADVANCED, {
    title: 'Box IoU loss weight',
    default: 2,
    range: FACTOR,
    help: 'Factor on the generalised intersection over union of boxes, and on its cost.',
  }),
};

const maskLoss = {
  mask_weight: loss.number(ADVANCED, {
    title: 'Mask cross-entropy weight',
    default: 5,
    range: FACTOR,
    help: 'Factor on the cross-entropy of masks, and on its cost.',
  }),
  dice_weight: loss.number(ADVANCED, {
    title: 'Mask dice loss weight',
    default: 5,
    range: FACTOR,
    help: 'Factor on the dice loss of masks, and on its cost.',
  }),
  mask_points: loss.integer(ADVANCED, {
    title: 'Mask points',
    default: 2048,
    range: { min: 16, max: 100_000 },
    help: 'Points at which a mask is compared with its object, most of them where the mask is least certain.',
  }),
};

const shared = {
  ...imageSettings,
  ...labelledNetwork,
  ...queryHead,
  ...trainedSettings,
  ...labelledLength,
  ...labelledRate,
  min_lr: adapt(labelledRate.min_lr, { help: 'Learning rate at the end of the schedule.' }),
  ...scheduleSettings,
  ...labelledOptimizer,
  clip_grad: adapt(labelledOptimizer.clip_grad, { default: 1 }),
  drop_path: adapt(regularisationSettings.drop_path, { default: 0.1 }),
};
const last = {
  ...denseViews,
  scale_min: adapt(denseViews.scale_min, {
    help: 'Smallest random factor on the size of an image before it is cropped; at 1 all of it fits.',
  }),
  ...evaluationSettings,
  ...runningSettings,
};
const detection = { ...shared, ...objectLoss, ...last };
const segmentation = { ...shared, ...objectLoss, ...maskLoss, ...last };

export type DetectRecipe = ValuesOf<typeof detection>;
export type InstancesRecipe = ValuesOf<typeof segmentation>;

export const detectSettings = defineRecipe({
  of: 'object detection',
  listCommand: 'conmim recipes --show small --task detect',
  settings: detection,
  check: checkObjects,
});

export const instancesSettings = defineRecipe({
  of: 'instance segmentation',
  listCommand: 'conmim recipes --show small --task instances',
  settings: segmentation,
  check: checkObjects,
});

/** Of either task; masks are learnt where the settings of their loss are given. */
export type ObjectsRecipe = DetectRecipe & Partial<Pick<InstancesRecipe, keyof typeof maskLoss>>;

function checkObjects(
  values: Pick<
    DetectRecipe,
    'query_blocks' | 'trained_blocks' | 'depth' | 'scale_min' | 'scale_max'
  >,
  need: Need<'query_blocks' | 'trained_blocks' | 'scale_max'>,
): void {
  checkTrainedBlocks(values, need);
  checkDenseViews(values, need);
  need(values.query_blocks <= values.depth, 'query_blocks', `at most the depth, ${values.depth}`);
}

/** Parse a recipe: the result is complete and checked. */
export const parseDetectRecipe = detectSettings.parse;
export const parseInstancesRecipe = instancesSettings.parse;
