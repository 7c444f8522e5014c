/** The recipe of fine-tuning: every setting of one run on labelled images with one class each. */
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
import { imageSettings, runningSettings, SHARE } from './settings/shared.ts';

const regularisation = settingGroup('Regularisation');
/** One class an image: targets that are smoothed or mixed, and classes that are drawn equally often. */
const targetSettings = {
  smoothing: regularisation.number(ADVANCED, {
    title: 'Label smoothing',
    default: 0.1,
    range: { min: 0, below: 1 },
    help: 'Label smoothing: the share of the target that is spread over all classes.',
  }),
  mixup: regularisation.number(traits({ basic: 6 }), {
    title: 'Mixup',
    default: 0,
    range: { min: 0, max: 100 },
    help: 'Mixup: α of the Beta distribution of shares; 0 turns it off. The published command uses 0.8.',
  }),
  cutmix: regularisation.number(ADVANCED, {
    title: 'CutMix',
    default: 0,
    range: { min: 0, max: 100 },
    help: 'CutMix: the same for pasted rectangles. The published command uses 1.0.',
  }),
  mixup_prob: regularisation.number(traits({ noEffect: whenNotMixed }), {
    title: 'Mixing probability',
    default: 1,
    range: SHARE,
    help: 'How often a batch is mixed at all.',
  }),
  mixup_switch_prob: regularisation.number(traits({ noEffect: whenNotBothMixed }), {
    title: 'CutMix share',
    default: 0.5,
    range: SHARE,
    help: 'How often a mixed batch is CutMix, where both are on.',
  }),
};
const samplingSettings = {
  sampling: regularisation.choice(ADVANCED, {
    title: 'Sampling',
    default: 'uniform',
    choices: ['uniform', 'balanced'],
    help: 'Which images are drawn: each equally often, or each class equally often, which helps where classes differ much in size.',
  }),
};

export const finetuneSettings = defineRecipe({
  of: 'fine-tuning',
  listCommand: 'conmim recipes --show small --finetune',
  settings: {
    ...imageSettings,
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

/** What every recipe says that trains a network with a head, whatever the labels mean. */
export type HeadRecipe = Omit<FinetuneRecipe, 'smoothing' | 'sampling'>;

/** A complete, checked fine-tuning recipe. */
export const parseFinetuneRecipe = finetuneSettings.parse;

/** How many of Mixup and CutMix are on, of values or of text for them. */
function mixesOn({ mixup, cutmix }: SettingValues): number {
  return [mixup, cutmix].filter((share) => String(share) !== '0').length;
}

function whenNotMixed(values: SettingValues): string | undefined {
  return mixesOn(values) === 0 ? 'mixup and cutmix are 0' : undefined;
}

function whenNotBothMixed(values: SettingValues): string | undefined {
  return mixesOn(values) === 1 ? 'only one of mixup and cutmix is on' : whenNotMixed(values);
}
