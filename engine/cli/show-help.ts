/** Help for people: what a command does, takes and shows. */
import { COMMON_OPTIONS, type Command, type CommandTable } from './command.ts';
import type { FoundCommand } from './find-command.ts';
import { type Output, table } from './output.ts';

/** `Usage: conmim scan DIR… [options]`. */
export function usageLine(command: Command): string {
  return ['Usage: conmim', command.name, ...command.positionals, '[options]'].join(' ');
}

export function showHelp(out: Output, { command, summary }: Omit<FoundCommand, 'rest'>): void {
  const { details, options, examples, subcommands } = command;
  out.result(usageLine(command));
  out.result(`\n${[summary, details].filter(Boolean).join(' ')}\n`);
  if (subcommands !== undefined) {
    out.result(`${summaries(subcommands, `${command.name} `)}\n`);
  }
  const rows = Object.entries({ ...options, ...COMMON_OPTIONS }).map(([name, option]) => [
    `${'short' in option ? `-${option.short}, ` : ''}--${name}${'value' in option && option.value !== undefined ? ` ${option.value}` : ''}`,
    option.help,
  ]);
  out.result(table(rows, '  '));
  if (examples !== undefined) {
    out.result(`\nFor example:\n${examples.map((line) => `  ${line}`).join('\n')}`);
  }
}

/** One line a command. @param before what stands before each name */
export function summaries(commands: CommandTable, before = ''): string {
  const rows = commands.names.map((name) => [before + name, commands.summary(name)]);
  return table(rows, '  ');
}
