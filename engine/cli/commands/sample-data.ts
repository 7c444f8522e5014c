import path from 'node:path';
import { countOf, countText } from '../format.ts';
import { jobCommand } from '../job-command.ts';
import { CountProgress } from '../progress.ts';

export const command = jobCommand('sample-data', {
  examples: [
    'conmim sample-data cifar10 --out data/cifar10 --count 6000',
    'conmim sample-data scenes --out data/scenes --count 600',
  ],
  async run({ out, host, parts }, { name, out: given, archive, count, seed }) {
    const folder = path.resolve(host.cwd, given);
    const progress = new CountProgress(out, host.now);
    const result = await parts
      .sampleData(name, {
        out: folder,
        ...(count === undefined ? {} : { count }),
        ...(seed === undefined ? {} : { seed }),
        ...(archive === undefined ? {} : { archive: path.resolve(host.cwd, archive) }),
        onProgress: ({ done, total }) =>
          progress.show(`Writing: ${countText(done)} of ${countOf(total, 'image')}`),
      })
      .finally(() => progress.finish());
    out.record({ type: 'sample-data', name, ...result });
    const { train, test } = result;
    out.result(
      `${countOf(train + test, 'image')} in ${result.out}: ${countText(train)} to train, ${countText(test)} to ${name === 'scenes' ? 'validate' : 'test'}.`,
    );
    for (const line of nextSteps(name, result.out)) out.result(line);
  },
});

function nextSteps(name: string, folder: string): string[] {
  if (name !== 'scenes') return [`Look at them with: conmim scan "${folder}"`];
  return [
    `Look at their labels with: conmim labels "${folder}" --format coco`,
    `Train on their masks with: conmim finetune --from scratch --recipe micro --task segment --train "${folder}"`,
    'For their boxes use --task detect, for their outlines --task instances.',
  ];
}
