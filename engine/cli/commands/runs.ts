import { primaryText } from '../../contract/scores.ts';
import { shownName } from '../../runs/run-folder.ts';
import type { Command } from '../command.ts';
import { commandTableOf } from '../find-command.ts';
import { table } from '../output.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';
import { runRecord } from './runs/run-record.ts';

export const command: Command = {
  name: 'runs',
  details: 'Without a further word it lists them, newest first.',
  positionals: [],
  options: RUN_OPTIONS,
  subcommands: commandTableOf({
    show: { summary: 'Show all that is known of a run.', load: () => import('./runs/show.ts') },
    rename: {
      summary: 'Give a run another name; its id and folder stay.',
      load: () => import('./runs/rename.ts'),
    },
    tag: {
      summary: 'Add tags to a run, or remove them.',
      load: () => import('./runs/tag.ts'),
    },
    delete: {
      summary: 'Delete runs with their checkpoints.',
      load: () => import('./runs/delete.ts'),
    },
  }),
  examples: [
    'conmim runs --workspace runs',
    'conmim runs show holiday',
    'conmim runs rename 20260131-142501-tiny-4f2a10 holiday',
    'conmim runs tag holiday good no-crops',
    'conmim runs delete holiday --yes',
  ],
  async run({ args, out, host, parts }) {
    const workspace = workspaceOf(args, host);
    const { runs, damaged } = await parts.listRuns(workspace, (text) => out.note(text));
    for (const run of runs) out.record(runRecord(run));
    for (const { dir, reason } of damaged) out.record({ type: 'damaged-run', dir, reason });
    if (runs.length === 0) out.result(`There are no runs in ${workspace}`);
    else {
      const rows = runs.map((run) => [
        run.record.id,
        run.record.kind,
        run.status,
        `${run.record.step}/${run.record.totalSteps}`,
        run.record.best === undefined ? '' : primaryText(run.record.best),
        [shownName(run), ...(run.about.tags ?? []).map((tag) => `[${tag}]`)].join(' '),
      ]);
      out.result(table([['RUN', 'KIND', 'STATE', 'STEPS', 'BEST', 'NAME'], ...rows]));
    }
    for (const { dir, reason } of damaged) out.result(`${dir}: ${reason}`);
  },
};
