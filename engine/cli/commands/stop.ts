import type { Command } from '../command.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

export const command: Command = {
  name: 'stop',
  positionals: ['RUN'],
  options: RUN_OPTIONS,
  async run({ args, out, host, parts }) {
    const stopped = await parts.stopRun({
      workspace: workspaceOf(args, host),
      run: args.positionals[0]!,
    });
    out.record({ type: 'stop', ...stopped });
    const waiting = stopped.status === 'running' || stopped.status === 'paused';
    out.result(
      `The run ${stopped.id} is ${waiting ? 'asked to stop and has not ended yet' : stopped.status}.${
        stopped.reason ? ` ${stopped.reason.message}` : ''
      }`,
    );
    if (waiting) host.setExitCode(1);
  },
};
