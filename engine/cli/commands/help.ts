import type { Command } from '../command.ts';
import { findCommand } from '../find-command.ts';
import { showHelp, summaries } from '../show-help.ts';

const OUTLINE = `ConMIM Studio: pre-train vision transformers on your own images, on your own machine.

Usage: conmim COMMAND [options]
`;

export const command: Command = {
  name: 'help',
  positionals: ['[COMMAND]', '[SUBCOMMAND]'],
  options: {},
  async run({ args, out, commands }) {
    if (args.positionals.length > 0) {
      showHelp(out, await findCommand(commands, args.positionals));
      return;
    }
    out.result(OUTLINE);
    for (const name of commands.names)
      out.record({ type: 'command', name, summary: commands.summary(name) });
    out.result(summaries(commands));
    out.result('\nMore about one: conmim help COMMAND. All commands take --json and --help (-h).');
  },
};
