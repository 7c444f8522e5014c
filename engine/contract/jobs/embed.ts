import { DEVICE, FROM } from './common-fields.ts';
import { option, optional, orElse } from './fields.ts';
import { defineJob } from './job.ts';
import { choice, integer, path } from './values.ts';

const FORMATS = ['csv', 'npy', 'parquet'] as const;

export const embed = defineJob(
  'embed',
  {
    ...FROM,
    data: option(path('The images'), {
      value: 'DIR|CSV',
      help: 'Images: any folder (class folders become labels), or a list.',
    }),
    format: optional(
      option(choice(FORMATS), {
        value: FORMATS.join('|'),
        help: 'The file format; by the ending of --out if left out.',
      }),
    ),
    pooling: orElse(
      option(choice(['mean', 'cls']), {
        value: 'mean|cls',
        help: 'The mean of the patch tokens (default), or the class token.',
      }),
      'mean',
    ),
    layer: optional(
      option(integer(1), { value: 'N', help: 'After this block instead of the last.' }),
    ),
    out: option(path(), { value: 'FILE', help: 'Where to write.' }),
    device: DEVICE,
  },
  {
    hasWorkspace: true,
    title: ({ from, data }, base) => `Features of ${base(data)} by ${base(from)}`,
  },
);
