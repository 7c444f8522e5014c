/** The recipe of fine-tuning: every setting of one run on labelled images with one class each. */
import { defineRecipe } from './settings/define-recipe.ts';
import {
  checkLabelled,
  evaluationSettings,
  labelledLength,
  labelledNetwork,
  labelledOptimizer,
  labelledRate,
  labelledViews,
  regularisationSettings,
  trainedSettings,
} from './settings/labelled.ts';
import { ADVANCED, settingGroup, type ValuesOf } from './settings/setting.ts';
import { imageSettings, runningSettings } from './settings/shared.ts';

const head = settingGroup('Network');
const headSettings = {
  pooling: head.choice(ADVANCED, {
    title: 'Pooling',
    default: 'mean',
    choices: ['mean', 'cls'],
    help: 'What the classifier sees: the mean of the patch tokens, or the class token.',
  }),
  head_init_scale: head.number(ADVANCED, {
    title: 'Head initialisation scale',
    default: 0.001,
    range: { min: 0, max: 10 },
    help: 'Factor on the head’s starting weights: near 0 all classes are about equally likely at the start.',
  }),
};

export const finetuneSettings = defineRecipe({
  listCommand: 'conmim recipes --show small --finetune',
  settings: {
    ...imageSettings,
    ...labelledNetwork,
    ...headSettings,
    ...trainedSettings,
    ...labelledLength,
    ...labelledRate,
    ...labelledOptimizer,
    ...regularisationSettings,
    ...labelledViews,
    ...evaluationSettings,
    ...runningSettings,
  },
  check: checkLabelled,
});

export type FinetuneRecipe = ValuesOf<typeof finetuneSettings.settings>;

/** A complete, checked fine-tuning recipe. */
export const parseFinetuneRecipe = finetuneSettings.parse;
