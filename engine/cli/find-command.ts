/** From the words of a command line to the command or subcommand that they name. */
import { nearest } from '../contract/nearest.ts';
import { usageError } from '../contract/usage-error.ts';
import { COMMON_OPTIONS, type Command, type CommandTable } from './command.ts';

interface CommandEntry {
  /** One sentence. */
  readonly summary: string;
  load(): Promise<{ readonly command: Command }>;
}

export function commandTableOf(entries: Readonly<Record<string, CommandEntry>>): CommandTable {
  return {
    names: Object.keys(entries),
    summary: (name) => entries[name]!.summary,
    async load(name) {
      return Object.hasOwn(entries, name) ? (await entries[name]!.load()).command : undefined;
    },
  };
}

export interface FoundCommand {
  readonly command: Command;
  readonly summary: string;
  readonly rest: readonly string[];
}

/** @param words a command, perhaps a subcommand, and what follows @throws StudioError `usage` */
export async function findCommand(
  table: CommandTable,
  words: readonly string[],
): Promise<FoundCommand> {
  const [name, ...rest] = words;
  if (name === undefined) throw usageError('A command is missing.');
  const command = await table.load(name);
  if (command === undefined) throw unknownCommand(name, '', table.names);
  const { subcommands } = command;
  const [next] = rest;
  if (subcommands === undefined || next === undefined || next.startsWith('-'))
    return { command, summary: table.summary(name), rest };
  const inner = await subcommands.load(next);
  if (inner === undefined) throw unknownCommand(next, `${name} `, subcommands.names);
  return { command: inner, summary: subcommands.summary(next), rest: rest.slice(1) };
}

function unknownCommand(name: string, before: string, names: readonly string[]) {
  const isOption = name.startsWith('-');
  const known = isOption ? Object.keys(COMMON_OPTIONS) : names;
  const near = nearest(name.replace(/^-+/, ''), known);
  const hint = near === undefined ? '' : ` Did you mean ${isOption ? '--' : before}${near}?`;
  return usageError(
    isOption
      ? `${name} is no option of conmim itself; options of a command follow its name.${hint}`
      : `There is no command "${before}${name}".${hint}`,
    { command: `${before}${name}` },
  );
}
