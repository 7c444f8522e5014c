import { SCAN_DEPTHS } from '../scan-depth.ts';
import { DEVICE, DEVICES, EXCLUDE, PREPARED, RANKS, RECIPE, RUN_NAME } from './common-fields.ts';
import { optional, repeated, SETTINGS } from './fields.ts';
import { defineJob } from './job.ts';
import { choice, path, REFERENCE } from './values.ts';

export const pretrainJob = defineJob(
  'pretrain',
  {
    folders: {
      ...repeated(
        path('The images', true),
        'DIR[,DIR…]',
        'Folders of images, nested as they are, and tar, zip and Parquet files. May be repeated.',
      ),
      flag: 'data',
    },
    /** A continuation package has a recipe of its own. */
    from: optional(
      REFERENCE,
      'RUN|DIR',
      'Continue an earlier pre-training on these images: a run or a continuation package.',
    ),
    recipe: RECIPE,
    device: DEVICE,
    devices: DEVICES,
    ranks: RANKS,
    scan: optional(
      choice(SCAN_DEPTHS),
      'auto|quick|full',
      'What is read of new images before training begins: names and sizes, and the rest while it trains (quick), or everything (full). Default auto: quick from 20,000 new images on.',
    ),
    exclude: EXCLUDE,
    prepared: PREPARED,
    knn: optional(
      path('The labelled images'),
      'DIR|CSV',
      'A few labelled images: while it trains, its features are evaluated on them by nearest neighbours. It learns nothing from their labels.',
    ),
    name: RUN_NAME,
    settings: SETTINGS,
  },
  {
    hasWorkspace: true,
    hasRun: true,
    trains: true,
    title: ({ name, recipe = '', folders }, base) =>
      name ?? `Pre-train ${recipe} on ${folders.map(base).join(', ')}`,
    recipe: ({ from, recipe: name = '', settings }) =>
      from === undefined ? { of: 'pretrain', name, settings } : undefined,
    effective({ recipe, ...request }) {
      return request.from === undefined && recipe !== undefined ? { ...request, recipe } : request;
    },
  },
);
