import {
  DEVICE,
  FROM,
  LABELLED,
  LABELLED_RECIPE,
  LEARNS,
  labelledRecipe,
  RUN_NAME,
  withoutUnusedShare,
} from './common-fields.ts';
import { option, optional, orElse, SETTINGS } from './fields.ts';
import { defineJob } from './job.ts';
import { share } from './values.ts';

export const finetune = defineJob(
  'finetune',
  {
    ...FROM,
    from: {
      ...FROM.from,
      value: 'RUN|FILE|scratch',
      help: `${FROM.from.help} scratch starts from chance.`,
    },
    ...LABELLED,
    fraction: optional(
      option(share(), {
        value: 'F',
        help: 'Train on this share of the labels only, drawn evenly from every class.',
      }),
    ),
    mode: orElse(LEARNS, 'full'),
    recipe: LABELLED_RECIPE,
    device: DEVICE,
    name: RUN_NAME,
    settings: SETTINGS,
  },
  {
    hasWorkspace: true,
    hasRun: true,
    trains: true,
    title({ name, from, train }, base) {
      if (name !== undefined) return name;
      return from === 'scratch'
        ? `Train from scratch on ${base(train)}`
        : `Fine-tune ${base(from)} on ${base(train)}`;
    },
    recipe: labelledRecipe,
    effective(request) {
      const { network: _, ...fromScratch } = request;
      return withoutUnusedShare(request.from === 'scratch' ? fromScratch : request);
    },
  },
);
