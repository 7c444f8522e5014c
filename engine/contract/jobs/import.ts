import { needed, optional, positional } from './fields.ts';
import { defineJob } from './job.ts';
import { integer, NAME, path, WORD } from './values.ts';

export const importJob = defineJob(
  'import',
  {
    out: needed(path(), 'DIR', 'Where to write.'),
    network: optional(
      NAME,
      'NAME',
      'Which one of a file with several: teacher, student, ema, or a name that the file has. Without it averaged weights are preferred; what else is there is listed.',
    ),
    heads: optional(integer(1), 'N', 'Attention heads of each block, where nothing tells.'),
    imageSize: optional(WORD, 'N|H,W', 'Pixels of the images, where nothing tells.'),
    mean: optional(
      WORD,
      'NUMBERS',
      'What images were normalised with, where nothing tells: one number for all channels, one for each, imagenet or half.',
    ),
    std: optional(WORD, 'NUMBERS', 'The same of the standard deviation.'),
    valueRange: optional(
      WORD,
      'RULE',
      'Values of files that became 0 and 1, where nothing tells: type (default), metadata, metadata:2, or LOW,HIGH for all channels or for each.',
    ),
    file: positional(path('The weights'), 'FILE|DIR'),
  },
  {
    hasWorkspace: false,
    isFileJob: true,
    title: ({ file }, base) => `Import ${base(file)}`,
  },
);
