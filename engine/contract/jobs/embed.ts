import { DEVICE, EXCLUDE, FROM, inPrecision, PRECISION } from './common-fields.ts';
import { needed, optional, orElse } from './fields.ts';
import { defineJob } from './job.ts';
import { choice, integer, path } from './values.ts';

export const embedJob = defineJob(
  'embed',
  {
    ...FROM,
    data: needed(
      path('The images'),
      'DIR|CSV',
      'Images: any folder (class folders become labels), or a list.',
    ),
    exclude: EXCLUDE,
    format: optional(
      choice(['csv', 'npy', 'parquet']),
      'csv|npy|parquet',
      'The file format; by the ending of --out if left out.',
    ),
    pooling: orElse(
      'mean',
      choice(['mean', 'cls']),
      'mean|cls',
      'The mean of the patch tokens (default), or the class token.',
    ),
    layer: optional(integer(1), 'N', 'After this block instead of the last.'),
    out: needed(path(), 'FILE', 'Where to write.'),
    device: DEVICE,
    precision: PRECISION,
  },
  {
    hasWorkspace: true,
    title: ({ from, data, precision }, base) =>
      `Features of ${base(data)} by ${base(from)}${inPrecision(precision)}`,
  },
);
