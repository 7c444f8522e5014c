/** The recipe of fine-tuning: all settings of a run on labelled images with one class each. */
import { defineRecipe } from './settings/define-recipe.ts';
import {
  checkLabelled,
  evaluationSettings,
  headSettings,
  labelledLength,
  labelledNetwork,
  labelledOptimizer,
  labelledRate,
  labelledViews,
  regularisationSettings,
  trainedSettings,
} from './settings/labelled.ts';
import {
  ADVANCED,
  type SettingValues,
  settingGroup,
  traits,
  type ValuesOf,
} from './settings/setting.ts';
import {
  imageSettings,
  runningSettings,
  SHARE,
  stackSettings,
  tileSettings,
} from './settings/shared.ts';

const regularisation = settingGroup('Regularisation');
/** For one class per image: label smoothing and balanced sampling. */
const targetSettings = {
  smoothing: regularisation.number(ADVANCED, {
    title: 'Label smoothing',
    default: 0.1,
    range: { min: 0, below: 1 },
    help: 'Share of the target that is spread over all classes.',
  }),
  mixup: regularisation.number(traits({ basic: 6 }), {
    title: 'Mixup',
    default: 0,
    range: { min: 0, max: 100 },
    help: 'α of the Beta distribution of shares; 0 turns it off. The authors’ command uses 0.8.',
  }),
  cutmix: regularisation.number(ADVANCED, {
    title: 'CutMix',
    default: 0,
    range: { min: 0, max: 100 },
    help: 'α for pasted rectangles; 0 turns it off. The authors’ command uses 1.0.',
  }),
  mixup_prob: regularisation.number(traits({ noEffect: whenNotMixed }), {
    title: 'Mixing probability',
    default: 1,
    range: SHARE,
    help: 'Probability that a batch is mixed.',
  }),
  mixup_switch_prob: regularisation.number(traits({ noEffect: whenNotBothMixed }), {
    title: 'CutMix share',
    default: 0.5,
    range: SHARE,
    help: 'Share of mixed batches that use CutMix, where both are on.',
  }),
};
const samplingSettings = {
  sampling: regularisation.choice(ADVANCED, {
    title: 'Sampling',
    default: 'uniform',
    choices: ['uniform', 'balanced'],
    help: 'Each image equally often (uniform), or each class equally often (balanced), which helps against class imbalance.',
  }),
};

export const finetuneSettings = defineRecipe({
  of: 'fine-tuning',
  listCommand: 'conmim recipes --show small --finetune',
  settings: {
    ...imageSettings,
    ...tileSettings,
    ...stackSettings,
    ...labelledNetwork,
    ...headSettings,
    ...trainedSettings,
    ...labelledLength,
    ...labelledRate,
    ...labelledOptimizer,
    drop_path: regularisationSettings.drop_path,
    ...targetSettings,
    erase: regularisationSettings.erase,
    ...samplingSettings,
    ...labelledViews,
    ...evaluationSettings,
    ...runningSettings,
  },
  check: checkLabelled,
});

export type FinetuneRecipe = ValuesOf<typeof finetuneSettings.settings>;

/** Settings of every recipe for a network with a head, for any kind of labels. */
export type HeadRecipe = Omit<FinetuneRecipe, 'smoothing' | 'sampling'>;

/** Parse a recipe: the result is complete and checked. */
export const parseFinetuneRecipe = finetuneSettings.parse;

/** The number of enabled methods among Mixup and CutMix, from typed or text values. */
function mixesOn({ mixup, cutmix }: SettingValues): number {
  return [mixup, cutmix].filter((share) => String(share) !== '0').length;
}

function whenNotMixed(values: SettingValues): string | undefined {
  return mixesOn(values) === 0 ? 'mixup and cutmix are 0' : undefined;
}

function whenNotBothMixed(values: SettingValues): string | undefined {
  return mixesOn(values) === 1 ? 'only one of mixup and cutmix is on' : whenNotMixed(values);
}
