import { z } from 'zod';
import { JUDGES, SEARCHES } from '../study/study.ts';
import { DEVICE, EXCLUDE, RECIPE } from './common-fields.ts';
import { needed, optional, orElse, repeated, SETTINGS } from './fields.ts';
import { defineJob } from './job.ts';
import { choice, integer, NAME, path } from './values.ts';

const VARY = { schema: z.string().min(3).max(1000), read: (given: string) => given };

export const studyJob = defineJob(
  'study',
  {
    folders: {
      ...repeated(
        path('The images', true),
        'DIR[,DIR…]',
        'Folders of images to pre-train on. May be repeated.',
      ),
      flag: 'data',
    },
    exclude: EXCLUDE,
    recipe: RECIPE,
    vary: repeated(
      VARY,
      'KEY=V,V…|KEY=LOW..HIGH',
      'A setting with its values or its range. May be repeated.',
    ),
    search: orElse(
      'grid',
      choice(SEARCHES),
      SEARCHES.join('|'),
      'All combinations (grid, default), drawn ones (random), or drawn ones of which the best third is trained three times as long, and so on (halving).',
    ),
    trials: optional(
      integer(1, 500),
      'N',
      'Number of combinations that random and halving draw (default 12).',
    ),
    seeds: orElse(3, integer(1, 20), 'N', 'Seeds: trainings of each combination (default 3).'),
    judge: orElse(
      'knn',
      choice(JUDGES),
      JUDGES.join('|'),
      'How features are judged: nearest neighbours (knn).',
    ),
    train: needed(
      path('The reference set'),
      'DIR|CSV',
      'Labelled reference set, in which neighbours are looked up.',
    ),
    eval: needed(path('The evaluation set'), 'DIR|CSV', 'Labelled images that are evaluated.'),
    k: orElse(20, integer(1), 'K', 'Number of neighbours (default 20).'),
    save: optional(NAME, 'NAME', 'Save the best recipe as a preset of the workspace.'),
    device: DEVICE,
    /** A folder with results of the same study, which is continued. */
    out: optional(path(), 'DIR', 'Folder of the study (default in the workspace).'),
    settings: SETTINGS,
  },
  {
    hasWorkspace: true,
    hasResults: true,
    resultNames: /^study(\.(csv|md|json)|-[\w.-]+\.svg)$/,
    trains: true,
    title: ({ recipe = '', vary }) =>
      `Study of ${recipe}: ${vary.map((text) => text.split('=')[0]).join(', ')}`,
    recipe: ({ recipe: name = '', settings }) => ({ of: 'pretrain', name, settings }),
  },
);
