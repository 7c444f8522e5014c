import { usageError } from '../../contract/usage-error.ts';
import { type Command, showHelp } from '../command.ts';
import { table } from '../output.ts';

const OUTLINE = `ConMIM Studio: pre-train vision transformers on your own images, on your own machine.

Usage: conmim COMMAND [options]
`;

export const command: Command = {
  name: 'help',
  summary: 'Explain the commands, or one of them.',
  positionals: ['[COMMAND]'],
  options: {},
  async run({ args, out, commands }) {
    const name = args.positionals[0];
    if (name !== undefined) {
      const wanted = await commands.load(name);
      if (wanted === undefined) throw usageError(`There is no command "${name}".`);
      showHelp(out, wanted);
      return;
    }
    out.result(OUTLINE);
    const rows: string[][] = [];
    for (const each of commands.names) {
      const { summary } = (await commands.load(each))!;
      out.record({ type: 'command', name: each, summary });
      rows.push([each, summary]);
    }
    out.result(table(rows, '  '));
    out.result('\nMore about one: conmim help COMMAND. All commands take --json.');
  },
};
