import {
  CHECKPOINT,
  DEVICE,
  FROM,
  LABELLED,
  LABELLED_RECIPE,
  labelledRecipe,
  TASK,
  withoutUnusedShare,
} from './common-fields.ts';
import { optional, orElse, positional, SETTINGS } from './fields.ts';
import { defineJob } from './job.ts';
import { integer, list, path, REFERENCE, TUNED_BLOCKS } from './values.ts';

export const partialJob = defineJob(
  'partial',
  {
    from: positional(REFERENCE, 'RUN|FILE|DIR'),
    network: FROM.network,
    checkpoint: CHECKPOINT,
    task: TASK,
    ...LABELLED,
    blocks: optional(
      list(TUNED_BLOCKS),
      'K[,K…]',
      'Numbers of last blocks that are tuned, 0 for the head alone, all for everything (default 0, 1, 2 and so on to all, of deep networks 0, 1, 2, 4, 8 and so on).',
    ),
    seeds: orElse(1, integer(1, 20), 'N', 'Seeds: trainings of each kind (default 1).'),
    recipe: LABELLED_RECIPE,
    device: DEVICE,
    /** A folder with results of the same curve, which is continued. */
    out: optional(
      path(),
      'DIR',
      'Where results, table and figure are written (default in the workspace).',
    ),
    settings: SETTINGS,
  },
  {
    command: ['insight', 'partial'],
    hasWorkspace: true,
    hasResults: true,
    resultNames: /^(partial\.(csv|json|png)|compare(\.(csv|md|json)|-[\w.-]+\.svg))$/,
    trains: true,
    title: ({ from, train }, base) =>
      `Tune more and more blocks of ${base(from)} on ${base(train)}`,
    recipe: labelledRecipe,
    effective: withoutUnusedShare,
  },
);
