/** What a command is, and how its arguments are read: strictly, with errors that name the next step. */
import { parseArgs } from 'node:util';
import type { StudioError } from '../contract/errors.ts';
import type { OptionRule } from '../contract/jobs/fields.ts';
import { readChoice, readInteger } from '../contract/jobs/read-value.ts';
import { nearest } from '../contract/nearest.ts';
import { usageError } from '../contract/usage-error.ts';
import type { Host } from './host.ts';
import type { Output } from './output.ts';
import type { EngineParts } from './parts.ts';

export interface Command {
  /** Of a subcommand, that of its command before it. */
  readonly name: string;
  /** What help says after the summary in the table of commands. */
  readonly details?: string;
  /** Named by the word after this command's name; without such a word this command itself is run. */
  readonly subcommands?: CommandTable;
  /** What stands for the positional arguments in help; `…` means one or more, `[…]` none or one. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, OptionRule>>;
  readonly examples?: readonly string[];
  run(call: CommandCall): Promise<void>;
}

export interface CommandCall {
  /** All that follows `conmim`, as it was given. */
  readonly argv: readonly string[];
  readonly args: Arguments;
  readonly out: Output;
  readonly host: Host;
  readonly parts: EngineParts;
  readonly commands: CommandTable;
}

/** Commands by name, each loaded when asked for: a list of them needs none. */
export interface CommandTable {
  readonly names: readonly string[];
  summary(name: string): string;
  load(name: string): Promise<Command | undefined>;
}

export const COMMON_OPTIONS = {
  json: { help: 'Print one JSON object a line on stdout.' },
  help: { short: 'h', help: 'Show this help.' },
  version: { help: 'Show the version of the program.' },
} as const satisfies Record<string, OptionRule>;

/** The arguments of one call, read by name. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(positionals: readonly string[], values: Readonly<Record<string, unknown>>) {
    this.positionals = positionals;
    this.#values = values;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === '') throw usageError(`--${name} is empty.`);
    return value as string | undefined;
  }

  /** A text option that must be there. */
  need(name: string, value: string): string {
    const found = this.text(name);
    if (found === undefined) throw usageError(`--${name} ${value} is missing.`);
    return found;
  }

  /** All that were given; one for a flag. */
  texts(name: string): readonly string[] {
    return [this.#values[name] ?? []].flat().map(String);
  }

  /** A whole number of at least `min`. */
  integer(name: string, min = 1): number | undefined {
    const given = this.text(name);
    return given === undefined ? undefined : readInteger(given, `--${name}`, min);
  }

  /** One of `values`. */
  choice<const T extends string>(name: string, values: readonly T[]): T | undefined {
    const given = this.text(name);
    return given === undefined ? undefined : readChoice(given, `--${name}`, values);
  }
}

function readableError(error: unknown, known: Iterable<string>): StudioError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const given = /'(-[^']*)'/.exec(message)?.[1] ?? '';
    const near = nearest(given.replace(/^-+/, ''), known);
    const hint = near === undefined ? '' : ` Did you mean --${near}?`;
    return usageError(`${given} is no option of this command.${hint}`);
  }
  const option = /--[^\s'<]+/.exec(message)?.[0];
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && option !== undefined) {
    if (message.includes('does not take')) return usageError(`${option} takes no value.`);
    return usageError(
      `${option} needs a value; one that begins with a dash is written ${option}=VALUE.`,
    );
  }
  return usageError(`${message.split('\n')[0]!.replace(/\.$/, '')}.`);
}

/** Reads what follows the command's name. @throws StudioError `usage` */
export function readArguments(command: Command, argv: readonly string[]): Arguments {
  const options: Command['options'] = { ...command.options, ...COMMON_OPTIONS };
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...argv],
      options: Object.fromEntries(
        Object.entries(options).map(([name, { value, multiple = false, short }]) => [
          name,
          {
            type: value === undefined ? 'boolean' : 'string',
            multiple,
            ...(short === undefined ? {} : { short }),
          },
        ]),
      ),
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw readableError(error, Object.keys(options));
  }
  const { positionals } = parsed;
  if (parsed.values['help'] !== true && parsed.values['version'] !== true) {
    const least = command.positionals.filter((name) => !name.startsWith('[')).length;
    const many = command.positionals.some((name) => name.endsWith('…'));
    if (positionals.length < least) {
      throw usageError(`${command.positionals[positionals.length]!.replace('…', '')} is missing.`);
    }
    if (!many && positionals.length > command.positionals.length) {
      throw usageError(`"${positionals[command.positionals.length]}" is one argument too many.`);
    }
  }
  return new Arguments(positionals, parsed.values);
}
