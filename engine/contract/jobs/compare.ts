import {
  DEVICE,
  FROM,
  LABELLED,
  LABELLED_RECIPE,
  labelledRecipe,
  withoutUnusedShare,
} from './common-fields.ts';
import { option, optional, orElse, SETTINGS } from './fields.ts';
import { defineJob } from './job.ts';
import { integer, list, MODE, path, share } from './values.ts';

const FRACTIONS = [0.01, 0.1, 1];
const SEEDS = 3;

export const compare = defineJob(
  'compare',
  {
    ...FROM,
    ...LABELLED,
    fractions: orElse(
      option(list(share()), {
        value: 'F,F…',
        help: `Shares of the labels (default ${FRACTIONS.join(',')}).`,
      }),
      FRACTIONS,
    ),
    seeds: orElse(
      option(integer(1, 20), {
        value: 'N',
        help: `Times that each is trained (default ${SEEDS}).`,
      }),
      SEEDS,
    ),
    modes: orElse(
      option(list(MODE), {
        flag: 'mode',
        value: 'M[,M…]',
        help: 'Training modes: full (default), partial:K, linear; several separated by commas.',
      }),
      ['full'],
    ),
    recipe: LABELLED_RECIPE,
    device: DEVICE,
    /** Results of the same comparison, to go on with the trainings that are left. */
    out: optional(
      option(path(), {
        value: 'DIR',
        help: 'Where results, table and figure are written (default in the workspace).',
      }),
    ),
    settings: SETTINGS,
  },
  {
    hasWorkspace: true,
    hasResults: true,
    trains: true,
    title: ({ from, train }, base) =>
      `Compare ${base(from)} with a start from scratch on ${base(train)}`,
    recipe: labelledRecipe,
    effective: withoutUnusedShare,
  },
);
