/** The recipe of training on images with any number of labels. */
import { finetuneSettings } from './finetune-recipe.ts';
import { defineRecipe } from './settings/define-recipe.ts';
import { checkLabelled } from './settings/labelled.ts';
import { ADVANCED, settingGroup, traits, type ValuesOf } from './settings/setting.ts';

// Label smoothing and balanced sampling need one class per image.
const { smoothing: _, sampling: __, ...shared } = finetuneSettings.settings;

const labels = settingGroup('Labels');

export const multilabelSettings = defineRecipe({
  of: 'multi-label classification',
  listCommand: 'conmim recipes --show small --task multilabel',
  settings: {
    ...shared,
    threshold: labels.number(traits({ basic: 9 }), {
      title: 'Threshold',
      default: 0.5,
      range: { above: 0, below: 1 },
      help: 'Probability from which a label is predicted. F1 depends on it, average precision and training do not.',
    }),
    class_weights: labels.choice(ADVANCED, {
      title: 'Class weights',
      default: 'none',
      choices: ['none', 'balanced'],
      help: 'Weight of images with a label in its loss: 1 (none), or the number of images without it for each with it, at most 100 (balanced), which helps where labels are rare.',
    }),
  },
  check: checkLabelled,
});

export type MultilabelRecipe = ValuesOf<typeof multilabelSettings.settings>;

/** Parse a recipe: the result is complete and checked. */
export const parseMultilabelRecipe = multilabelSettings.parse;
