import { option, optional, positional } from './fields.ts';
import { defineJob } from './job.ts';
import { integer, NAME, path, WORD } from './values.ts';

export const importJob = defineJob(
  'import',
  {
    /** Where the network is kept, a folder. */
    out: option(path(), { value: 'DIR', help: 'Where to write.' }),
    network: optional(
      option(NAME, {
        value: 'NAME',
        help: 'Which one of a file with several: teacher, student, ema, or a name that the file has. Without it averaged weights are preferred; what else is there is listed.',
      }),
    ),
    heads: optional(
      option(integer(1), {
        value: 'N',
        help: 'Attention heads of each block, where nothing tells.',
      }),
    ),
    imageSize: optional(
      option(WORD, { value: 'N|H,W', help: 'Pixels of the images, where nothing tells.' }),
    ),
    mean: optional(
      option(WORD, {
        value: 'R,G,B',
        help: 'What images were normalised with, where nothing tells: three numbers, imagenet or half.',
      }),
    ),
    std: optional(option(WORD, { value: 'R,G,B', help: 'The same of the standard deviation.' })),
    file: positional(path('The weights'), 'FILE|DIR'),
  },
  {
    hasWorkspace: false,
    isFileJob: true,
    title: ({ file }, base) => `Import ${base(file)}`,
  },
);
