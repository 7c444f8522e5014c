/**
 * Commands from other processes to a running one: small JSON files in `<run>/control/`, written beside
 * and renamed, read in order and removed by the training loop between steps.
 */
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { asDiskError, errorCode, makeFolderSync } from '../disk/disk.ts';

export const COMMANDS = ['pause', 'resume', 'stop', 'checkpoint'] as const;
export type RunCommand = (typeof COMMANDS)[number];

const messageSchema = z.object({ command: z.enum(COMMANDS) });

/**
 * Leave a command; it is seen whole or not at all.
 *
 * On a full disk it is an empty file that bears the command in its name, which takes no block.
 *
 * @throws StudioError `disk-full` where not even that is possible, `disk-read-only`, `access-denied`
 */
export function sendCommand(controlDir: string, command: RunCommand): void {
  const name = `${String(Date.now()).padStart(15, '0')}-${randomBytes(4).toString('hex')}`;
  const beside = path.join(controlDir, `.${name}`);
  try {
    makeFolderSync(controlDir);
    try {
      writeFileSync(beside, `${JSON.stringify({ command })}\n`);
      renameSync(beside, path.join(controlDir, `${name}.json`));
    } catch (error) {
      if (!existsSync(beside)) throw error;
      truncateSync(beside);
      renameSync(beside, path.join(controlDir, `${name}.${command}`));
    }
  } catch (error) {
    rmSync(beside, { force: true });
    throw asDiskError(error, controlDir);
  }
}

/** Take what has arrived, oldest first. Files that are no commands are removed too and named. */
export function takeCommands(controlDir: string): { commands: RunCommand[]; ignored: string[] } {
  const commands: RunCommand[] = [];
  const ignored: string[] = [];
  for (const name of commandNames(controlDir)) {
    const file = path.join(controlDir, name);
    const command = namedCommand(name) ?? readCommand(file);
    rmSync(file, { force: true, recursive: true });
    if (command === undefined) ignored.push(name);
    else commands.push(command);
  }
  return { commands, ignored };
}

function namedCommand(name: string): RunCommand | undefined {
  return COMMANDS.find((command) => name.endsWith(`.${command}`));
}

function readCommand(file: string): RunCommand | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data?.command;
  } catch {
    return undefined;
  }
}

function commandNames(controlDir: string): string[] {
  try {
    return readdirSync(controlDir)
      .filter(
        (name) =>
          !name.startsWith('.') && (name.endsWith('.json') || namedCommand(name) !== undefined),
      )
      .sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
