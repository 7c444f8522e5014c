import { CHECKPOINT, DEVICE, EXCLUDE, NETWORK } from './common-fields.ts';
import { optional, orElse, positional } from './fields.ts';
import { defineJob } from './job.ts';
import { integer, path, REFERENCE } from './values.ts';

/** Build an index over the patches of images, with the features of a run. */
export const lookupJob = defineJob(
  'lookup',
  {
    run: positional(REFERENCE, 'RUN'),
    build: optional(
      path('The images'),
      'DIR',
      'Build an index over the patches of the images of this folder, and keep it with the run.',
    ),
    exclude: EXCLUDE,
    network: optional(
      NETWORK,
      'teacher|student',
      'Which network of a pre-training an index is built with (default teacher).',
    ),
    checkpoint: CHECKPOINT,
    layer: optional(
      integer(1),
      'N',
      'Build with the features after this block instead of the last.',
    ),
    words: orElse(
      64,
      integer(2, 1024),
      'N',
      'Clusters of the vocabulary that is built along with an index (default 64).',
    ),
    device: DEVICE,
  },
  {
    command: ['insight', 'lookup'],
    hasWorkspace: true,
    title: ({ run, build = '' }, base) => `Index of patches of ${base(build)} by ${base(run)}`,
  },
);
