import { DEVICE, FROM, VALIDATION, VALIDATION_HELP } from './common-fields.ts';
import { needed, orElse } from './fields.ts';
import { defineJob } from './job.ts';
import { integer, path } from './values.ts';

export const knn = defineJob(
  'knn',
  {
    ...FROM,
    train: needed(
      path('The images whose labels vote'),
      'DIR|CSV',
      'Labelled images whose labels vote.',
    ),
    val: needed(VALIDATION, 'DIR|CSV', VALIDATION_HELP),
    k: orElse(
      20,
      integer(1),
      'K',
      'Neighbours that vote (default 20); others are shown beside it.',
    ),
    device: DEVICE,
  },
  {
    hasWorkspace: true,
    title: ({ from, val }, base) => `Nearest neighbours of ${base(from)} on ${base(val)}`,
  },
);
