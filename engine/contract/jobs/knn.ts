import { DEVICE, FROM, VAL } from './common-fields.ts';
import { option, orElse } from './fields.ts';
import { defineJob } from './job.ts';
import { integer, path } from './values.ts';

const K = 20;

export const knn = defineJob(
  'knn',
  {
    ...FROM,
    train: option(path('The images whose labels vote'), {
      value: 'DIR|CSV',
      help: 'Labelled images whose labels vote.',
    }),
    val: VAL,
    k: orElse(
      option(integer(1), {
        value: 'K',
        help: `Neighbours that vote (default ${K}); others are shown beside it.`,
      }),
      K,
    ),
    device: DEVICE,
  },
  {
    hasWorkspace: true,
    title: ({ from, val }, base) => `Nearest neighbours of ${base(from)} on ${base(val)}`,
  },
);
