import type { Command } from '../../command.ts';
import { RUN_HELP, RUN_OPTIONS, workspaceOf } from '../../training.ts';
import { readAboutChange } from './read-about.ts';

export const command: Command = {
  name: 'runs rename',
  details: `Whatever refers to the run goes on working, also by the name that it was started with. ${RUN_HELP}`,
  positionals: ['RUN', 'NAME'],
  options: RUN_OPTIONS,
  examples: ['conmim runs rename 20260131-142501-tiny-4f2a10 holiday'],
  async run({ args, out, host, parts }) {
    const [run, name] = args.positionals as [string, string];
    const change = await readAboutChange({ name });
    const { id, dir, before, after } = await parts.editRun({
      workspace: workspaceOf(args, host),
      run,
      change,
    });
    out.record({ type: 'run-renamed', id, dir, name: after.name, before: before.name });
    out.result(`The run ${id} is named "${after.name}"; it was "${before.name}".`);
  },
};
