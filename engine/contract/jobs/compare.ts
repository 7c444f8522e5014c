import {
  DEVICE,
  FROM,
  LABELLED,
  LABELLED_RECIPE,
  labelledRecipe,
  PREPARED,
  TASK,
  withoutUnusedShare,
} from './common-fields.ts';
import { optional, orElse, SETTINGS } from './fields.ts';
import { defineJob } from './job.ts';
import { integer, list, MODE, path, share } from './values.ts';

export const compareJob = defineJob(
  'compare',
  {
    ...FROM,
    task: TASK,
    ...LABELLED,
    fractions: orElse(
      [0.01, 0.1, 1],
      list(share()),
      'F,F…',
      'Shares of the labels (default 0.01,0.1,1).',
    ),
    seeds: orElse(3, integer(1, 20), 'N', 'Seeds: trainings of each kind (default 3).'),
    modes: {
      ...orElse(
        ['full'],
        list(MODE),
        'M[,M…]',
        'Training modes: full (default), partial:K, linear; several separated by commas.',
      ),
      flag: 'mode',
    },
    recipe: LABELLED_RECIPE,
    device: DEVICE,
    prepared: PREPARED,
    /** A folder with results of the same comparison, which is continued. */
    out: optional(
      path(),
      'DIR',
      'Where results, table and figure are written (default in the workspace).',
    ),
    settings: SETTINGS,
  },
  {
    hasWorkspace: true,
    hasResults: true,
    resultNames: /^compare(\.(csv|md|json)|-[\w.-]+\.svg)$/,
    trains: true,
    title: ({ from, train }, base) =>
      `Compare ${base(from)} with a start from scratch on ${base(train)}`,
    recipe: labelledRecipe,
    effective: withoutUnusedShare,
  },
);
