import { EXCLUDE, RECIPE } from './common-fields.ts';
import { optional, repeated, SETTINGS } from './fields.ts';
import { defineJob } from './job.ts';
import { integer, path } from './values.ts';

export const prepareJob = defineJob(
  'prepare',
  {
    folders: {
      ...repeated(
        path('The images', true),
        'DIR[,DIR…]',
        'Folders of images, as they are given to pretrain. May be repeated.',
      ),
      flag: 'data',
    },
    exclude: EXCLUDE,
    recipe: RECIPE,
    out: optional(
      path(),
      'DIR',
      'Where the prepared images go, in a folder of their own (default the workspace).',
    ),
    threads: optional(integer(1, 256), 'N', 'Threads that prepare images (default all cores).'),
    settings: SETTINGS,
  },
  {
    hasWorkspace: true,
    isFileJob: true,
    title: ({ folders }, base) => `Prepare the images of ${folders.map(base).join(', ')}`,
    recipe: ({ recipe: name = '', settings }) => ({ of: 'pretrain', name, settings }),
  },
);
