import { usageError } from '../../../contract/usage-error.ts';
import { shownName } from '../../../runs/run-folder.ts';
import type { Command, CommandCall } from '../../command.ts';
import { bytesText } from '../../format.ts';
import { table } from '../../output.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../../training.ts';

export const command: Command = {
  name: 'runs delete',
  details: `It asks first. Images, exports outside the run and other runs are not touched. ${RUN_HELP}`,
  positionals: ['RUN…'],
  options: {
    yes: { help: 'Delete without asking, in scripts.' },
    ...RUN_OPTIONS,
  },
  examples: ['conmim runs delete holiday', 'conmim runs delete holiday first-try --yes'],
  async run(call) {
    const { args, out, host, parts } = call;
    const workspace = workspaceOf(args, host);
    // All are looked up first: a mistyped name deletes nothing.
    const found = new Map<string, { name: string; bytes: number }>();
    for (const run of args.positionals) {
      const described = await parts.describeRun({ workspace, run });
      found.set(described.dir, { name: shownName(described), bytes: described.bytes });
    }
    const rows = [...found].map(([dir, { name, bytes }]) => [name, bytesText(bytes), dir]);
    if (!(await isConfirmed(call, table(rows, '  ')))) {
      out.result('Nothing was deleted.');
      return;
    }
    let freed = 0;
    for (const [dir, { name }] of found) {
      const onWait = (text: string) => out.note(text);
      const { bytes } = await parts.deleteRun(workspace, dir, { name, onWait });
      freed += bytes;
      out.record({ type: 'run-deleted', dir, name, bytes });
      out.result(`Deleted ${name}: ${dir}`);
    }
    out.result(`${bytesText(freed)} freed.`);
  },
};

async function isConfirmed({ args, out, host }: CommandCall, runs: string): Promise<boolean> {
  if (args.flag('yes')) return true;
  if (host.ask === undefined) throw usageError('Nobody can be asked here; add --yes to delete.');
  out.note(runs);
  return host.ask('Delete with all checkpoints?');
}
