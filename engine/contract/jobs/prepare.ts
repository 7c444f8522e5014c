import { EXCLUDE, RECIPE } from './common-fields.ts';
import { optional, repeated, SETTINGS } from './fields.ts';
import { defineJob } from './job.ts';
import { integer, path, REFERENCE } from './values.ts';

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
    from: optional(
      REFERENCE,
      'RUN|FILE|DIR',
      'Prepare for a trained network that will be trained further: the size of its images, channels, range of values and stacks are taken from it, and without --recipe all of its recipe.',
    ),
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
    recipe: ({ from, recipe: name = '', settings }) =>
      from === undefined ? { of: 'pretrain', name, settings } : undefined,
  },
);
