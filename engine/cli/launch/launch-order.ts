/** What is to be started on several ranks, by a script or manifest that `conmim launch` writes. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { OptionRule } from '../../contract/jobs/fields.ts';
import { shellText } from '../../contract/shell-text.ts';
import { usageError } from '../../contract/usage-error.ts';
import { nodeDisk, onDisk, replaceFile } from '../../disk/disk.ts';
import { type CommandCall, readArguments } from '../command.ts';
import { findCommand } from '../find-command.ts';

/** Commands that train on ranks. */
const TRAINING = ['pretrain', 'finetune'];

export const LAUNCH_OPTIONS = {
  nodes: { value: 'N', help: 'Number of machines (default 1).' },
  'ranks-per-node': {
    value: 'N',
    help: 'Processes on each (default 1); each computes on its share of the cores.',
  },
  name: { value: 'NAME', help: 'Name of the run, by which it is found again when it goes on.' },
  workspace: { value: 'DIR', help: 'Where runs are kept (default ./workspace).' },
  conmim: { value: 'COMMAND', help: 'How the program is called there (default conmim).' },
  out: { value: 'FILE', help: 'Where to write it (default: stdout).' },
  replace: { help: 'Replace the file if it is there.' },
} as const satisfies Record<string, OptionRule>;

export const LAUNCH_POSITIONALS = ['COMMAND…'];
export const LAUNCH_HELP =
  'COMMAND is pretrain or finetune with its options; it stands last, after --.';

export interface LaunchOrder {
  readonly nodes: number;
  readonly ranksPerNode: number;
  readonly name: string;
  readonly workspace: string;
  /** The words by which the program is called. */
  readonly conmim: readonly string[];
  /** A command with its arguments, without the name of the run and the workspace. */
  readonly command: readonly string[];
}

/** @throws StudioError `usage` */
export async function readLaunchOrder({ args, commands }: CommandCall): Promise<LaunchOrder> {
  const command = args.positionals;
  const [first = ''] = command;
  if (!TRAINING.includes(first))
    throw usageError(
      `What is to be started follows --: ${TRAINING.join(' or ')}, with its options.`,
    );
  // Mistakes are told now instead of after a wait in a queue.
  const found = await findCommand(commands, command);
  const inner = readArguments(found.command, found.rest);
  for (const option of ['name', 'workspace', 'ranks'] as const)
    if (inner.text(option) !== undefined)
      throw usageError(`--${option} is an option of launch and stands before --.`);
  return {
    nodes: args.integer('nodes') ?? 1,
    ranksPerNode: args.integer('ranks-per-node') ?? 1,
    name: args.text('name') ?? first,
    workspace: args.text('workspace') ?? 'workspace',
    conmim: (args.text('conmim') ?? 'conmim').split(/\s+/),
    command,
  };
}

/** Print it, or write it to the file that is named. @throws StudioError `usage` */
export async function writeLaunched(
  { args, out, host }: CommandCall,
  kind: string,
  text: string,
  next: (file: string) => string,
): Promise<void> {
  const given = args.text('out');
  if (given === undefined) {
    out.record({ type: 'launch', kind, text });
    out.result(text.trimEnd());
    return;
  }
  const file = path.resolve(host.cwd, given);
  if (existsSync(file) && !args.flag('replace'))
    throw usageError(`${file} is there already; add --replace, or choose another name.`);
  await onDisk(file, () => nodeDisk.makeFolder(path.dirname(file)));
  await replaceFile(nodeDisk, file, text);
  out.record({ type: 'launch', kind, file });
  out.result(`Wrote ${file}\n${next(shellText([given]))}`);
}
