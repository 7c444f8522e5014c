import { CHECKPOINT, DEVICE, EXCLUDE, NETWORK } from './common-fields.ts';
import { optional, orElse, perhapsPositional, positional } from './fields.ts';
import { defineJob } from './job.ts';
import { choice, integer, path, REFERENCE } from './values.ts';

/** Lay the images of a folder out on a map, by the features of a run. */
export const mapJob = defineJob(
  'map',
  {
    run: positional(REFERENCE, 'RUN'),
    data: perhapsPositional(path('The images'), 'DIR'),
    exclude: EXCLUDE,
    network: optional(
      NETWORK,
      'teacher|student',
      'Which network of a pre-training (default teacher).',
    ),
    checkpoint: CHECKPOINT,
    layer: optional(integer(1), 'N', 'By the features after this block instead of the last.'),
    pooling: orElse(
      'mean',
      choice(['mean', 'cls']),
      'mean|cls',
      'The mean of the patch tokens (default), or the class token.',
    ),
    count: orElse(
      100_000,
      integer(1, 100_000),
      'N',
      'Images on the map, drawn by the seed where there are more (default and at most 100,000).',
    ),
    neighbours: orElse(
      15,
      integer(1, 200),
      'K',
      'Similar images that each is laid out by (default 15): more show coarser structure.',
    ),
    clusters: orElse(20, integer(1, 500), 'N', 'Clusters of the features (default 20).'),
    seed: orElse(0, integer(0), 'N', 'Seed of sample, clusters and layout (default 0).'),
    device: DEVICE,
  },
  {
    command: ['insight', 'map'],
    hasWorkspace: true,
    title: ({ run, data = '' }, base) => `Map of ${base(data)} by ${base(run)}`,
  },
);
