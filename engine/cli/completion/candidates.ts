/**
 * What can stand at each place of a command line, read off the commands, their options and what help
 * shows for their values: a word in small letters is a value, DIR and FILE are paths, RECIPE and DEVICE
 * are names that the program knows.
 */
import type { OptionRule } from '../../contract/jobs/fields.ts';
import { COMMON_OPTIONS, type Command, type CommandTable } from '../command.ts';

export interface CompletionValue {
  readonly words: readonly string[];
  /** Whether files and folders may stand there. */
  readonly files: boolean;
}

export interface Option {
  readonly name: string;
  readonly short: string | undefined;
  readonly help: string;
  /** Undefined for a flag. */
  readonly value: CompletionValue | undefined;
}

export interface Candidates {
  /** `pretrain`, `runs show`; empty for conmim itself. */
  readonly command: string;
  /** Commands that may follow, with their summaries. */
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly Option[];
  /** What arguments without an option may be. */
  readonly argument: CompletionValue;
}

/** Names that the program knows, by the word that stands for them in help. */
export type Names = Readonly<
  Record<'RECIPE' | 'DEVICE' | 'COMMAND' | 'SUBCOMMAND', readonly string[]>
>;

const PATHS = /^(DIR|FILE|CSV|PATH|RUN)$/;
/** Such as `partial:K`, of which K is to be chosen. */
const FIXED = /^[a-z][a-z0-9-]*$/;

/** @param placeholder what help shows, such as `RUN|FILE|scratch` */
export function placeholderValue(placeholder: string, names: Names): CompletionValue {
  const parts = placeholder
    .replaceAll(/[[\]…,]/g, '|')
    .split('|')
    .filter(Boolean);
  const words = parts.flatMap((part) => {
    if (Object.hasOwn(names, part)) return names[part as keyof Names];
    return FIXED.test(part) ? [part] : [];
  });
  return { words: [...new Set(words)], files: parts.some((part) => PATHS.test(part)) };
}

/** All commands and subcommands, conmim itself first. */
export async function candidatesOf(table: CommandTable, names: Names): Promise<Candidates[]> {
  const first: Candidates = {
    command: '',
    commands: commandsOf(table),
    options: optionsOf({}, names),
    argument: { words: [], files: false },
  };
  return [first, ...(await ofTable(table, names))];
}

async function ofTable(table: CommandTable, names: Names): Promise<Candidates[]> {
  const found: Candidates[] = [];
  for (const name of table.names) {
    const command = (await table.load(name))!;
    const { subcommands } = command;
    found.push({
      command: command.name,
      commands: subcommands === undefined ? [] : commandsOf(subcommands),
      options: optionsOf(command.options, names),
      argument: placeholderValue(command.positionals.join('|'), names),
    });
    if (subcommands !== undefined) found.push(...(await ofTable(subcommands, names)));
  }
  return found;
}

const commandsOf = (table: CommandTable) =>
  table.names.map((name) => ({ name, summary: table.summary(name) }));

function optionsOf(options: Command['options'], names: Names): Option[] {
  const rules: Readonly<Record<string, OptionRule>> = { ...options, ...COMMON_OPTIONS };
  return Object.entries(rules).map(([name, rule]) => ({
    name,
    short: rule.short,
    help: rule.help,
    value: rule.value === undefined ? undefined : placeholderValue(rule.value, names),
  }));
}
