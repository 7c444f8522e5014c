import {
  DEVICE,
  DEVICES,
  FROM,
  LABELLED,
  LABELLED_RECIPE,
  labelledRecipe,
  PREPARED,
  RANKS,
  RUN_NAME,
  TASK,
  withoutUnusedShare,
} from './common-fields.ts';
import { optional, orElse, SETTINGS } from './fields.ts';
import { defineJob } from './job.ts';
import { MODE, share } from './values.ts';

export const finetuneJob = defineJob(
  'finetune',
  {
    ...FROM,
    from: {
      ...FROM.from,
      value: 'RUN|FILE|scratch',
      help: `${FROM.from.help} scratch: random initial weights.`,
    },
    task: TASK,
    ...LABELLED,
    fraction: optional(
      share(),
      'F',
      'Train on this share of the labels only, drawn evenly from every class.',
    ),
    mode: orElse(
      'full',
      MODE,
      'full|partial:K|linear',
      'Training mode: full fine-tuning (default), the last K blocks, or a linear probe on frozen features.',
    ),
    recipe: LABELLED_RECIPE,
    device: DEVICE,
    devices: DEVICES,
    ranks: RANKS,
    prepared: PREPARED,
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
