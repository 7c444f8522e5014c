import path from 'node:path';
import { usageError } from '../../contract/usage-error.ts';
import type { Command } from '../command.ts';
import { readDevice } from '../device-option.ts';
import { countText } from '../format.ts';
import {
  CSV_OPTION,
  DEVICE_OPTION,
  FROM_OPTIONS,
  readModelReference,
} from '../labelled-options.ts';
import { CountProgress } from '../progress.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

const FORMATS = ['csv', 'npy', 'parquet'] as const;

export const command: Command = {
  name: 'embed',
  summary: 'Write the features of images as a table, for search, clustering and plots elsewhere.',
  positionals: [],
  options: {
    ...FROM_OPTIONS,
    data: {
      type: 'string',
      value: 'DIR|CSV',
      help: 'Images: any folder (class folders become labels), or a list.',
    },
    format: {
      type: 'string',
      value: FORMATS.join('|'),
      help: 'The file format; by the ending of --out if left out.',
    },
    pooling: {
      type: 'string',
      value: 'mean|cls',
      help: 'The mean of the patch tokens (default), or the class token.',
    },
    layer: { type: 'string', value: 'N', help: 'After this block instead of the last.' },
    out: { type: 'string', value: 'FILE', help: 'Where to write.' },
    ...CSV_OPTION,
    ...RUN_OPTIONS,
    ...DEVICE_OPTION,
  },
  examples: [
    'conmim embed --from workspace/runs/ID --data photos --format parquet --out features.parquet',
  ],
  async run(call) {
    const { args, out, host, parts } = call;
    const from = readModelReference(args);
    const layer = args.integer('layer');
    const progress = new CountProgress(out, host.now);
    const format = args.choice('format', FORMATS);
    const asked = args.need('out', 'FILE');
    const ending = path.extname(asked).slice(1).toLowerCase();
    if (format !== undefined && ending !== '' && ending !== format)
      throw usageError(`--out ${asked} does not end with .${format}, the format asked for.`);
    const file = format !== undefined && ending === '' ? `${asked}.${format}` : asked;
    const written = await parts
      .embed({
        workspace: workspaceOf(args, host),
        from,
        data: path.resolve(host.cwd, args.need('data', 'DIR|CSV')),
        out: path.resolve(host.cwd, file),
        pooling: args.choice('pooling', ['mean', 'cls']) ?? 'mean',
        ...(layer === undefined ? {} : { layer }),
        keepFormulas: args.flag('keep-formulas'),
        device: await readDevice(call),
        onProgress: (at) => progress.show(`${at.done} of ${at.total} images`, at),
      })
      .finally(() => progress.finish());
    for (const message of written.notes) out.note(`Note: ${message}`);
    out.record({ type: 'embed', ...written });
    out.result(
      `${countText(written.images)} images, ${written.width} numbers each${written.labelled ? ', with labels' : ''}, written and read back: ${written.files.join(', ')}`,
    );
  },
};
