import {
  DEVICE,
  FROM,
  inPrecision,
  PRECISION,
  VALIDATION,
  VALIDATION_HELP,
} from './common-fields.ts';
import { needed, orElse } from './fields.ts';
import { defineJob } from './job.ts';
import { integer, path } from './values.ts';

export const knnJob = defineJob(
  'knn',
  {
    ...FROM,
    train: needed(
      path('The reference set'),
      'DIR|CSV',
      'Reference set, in which neighbours are looked up.',
    ),
    val: needed(VALIDATION, 'DIR|CSV', VALIDATION_HELP),
    k: orElse(
      20,
      integer(1),
      'K',
      'Number of neighbours (default 20); results for others are shown too.',
    ),
    device: DEVICE,
    precision: PRECISION,
  },
  {
    hasWorkspace: true,
    hasResults: true,
    evaluates: true,
    title: ({ from, val, precision }, base) =>
      `Nearest neighbours of ${base(from)} on ${base(val)}${inPrecision(precision)}`,
  },
);
