import { defined } from '../../../contract/defined.ts';
import { primaryText } from '../../../contract/scores.ts';
import type { DescribedRun } from '../../../runs/describe-run.ts';
import { shownName } from '../../../runs/run-folder.ts';
import type { Command } from '../../command.ts';
import { bytesText, countText } from '../../format.ts';
import { type Output, table } from '../../output.ts';
import { rankRows } from '../../rank-text.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../../training.ts';
import { runRecord } from './run-record.ts';

export const command: Command = {
  name: 'runs show',
  details: RUN_HELP,
  positionals: ['RUN'],
  options: RUN_OPTIONS,
  examples: ['conmim runs show holiday', 'conmim runs show holiday --json'],
  async run({ args, out, host, parts }) {
    const run = await parts.describeRun({
      workspace: workspaceOf(args, host),
      run: args.positionals[0]!,
    });
    const { record, checkpoints, bytes } = run;
    const { dataset, recipe, versions, from, classes, labelled } = record;
    out.record({
      ...runRecord(run),
      images: dataset.images,
      folders: dataset.folders,
      ...defined({ excluded: dataset.excluded }),
      fingerprint: dataset.fingerprint,
      ...defined({ from, classes, ranks: record.ranks }),
      ...(labelled === undefined ? {} : { train: labelled.train, val: labelled.val }),
      checkpoints,
      bytes,
      recipe,
      versions,
    });
    show(out, run);
  },
};

function show(out: Output, run: DescribedRun): void {
  const { record, about, status, reason, checkpoints, bytes, dir } = run;
  const name = shownName(run);
  const rows: [string, string | undefined][] = [
    ['id', record.id],
    ['folder', dir],
    ['started as', name === record.name ? undefined : record.name],
    ['tags', about.tags?.join(', ')],
    ['note', about.note],
    ['kind', record.kind],
    ['state', reason === undefined ? status : `${status}: ${reason.message}`],
    ['steps', `${countText(record.step)} of ${countText(record.totalSteps)}`],
    ['best', record.best === undefined ? undefined : primaryText(record.best)],
    ['device', record.device],
    ...rankRows(record),
    ['from', record.from],
    ['images', imagesText(record.dataset)],
    ['created', record.createdAt],
    ['updated', record.updatedAt],
    ['checkpoints', checkpoints.map(({ step }) => countText(step)).join(', ') || 'none'],
    ['on disk', bytesText(bytes)],
  ];
  out.result(about.favourite ? `${name} (favourite)` : name);
  out.result(
    table(
      rows.flatMap(([what, text]) => (text === undefined ? [] : [[what, text]])),
      '  ',
    ),
  );
}

function imagesText({ images, folders, excluded }: DescribedRun['record']['dataset']): string {
  const left = excluded === undefined ? '' : `; ${countText(excluded)} excluded`;
  return `${countText(images)} in ${folders.join(', ')}${left}`;
}
