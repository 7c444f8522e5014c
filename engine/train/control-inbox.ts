/**
 * Commands from other processes to a running one: small JSON files in `<run>/control/`, written beside
 * and renamed, read in order and removed by the training loop between steps.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { errorCode } from '../disk/disk.ts';

export const COMMANDS = ['pause', 'resume', 'stop', 'checkpoint'] as const;
export type Command = (typeof COMMANDS)[number];

const messageSchema = z.object({ command: z.enum(COMMANDS) });

/** Drop a command; it is seen whole or not at all. */
export function sendCommand(controlDir: string, command: Command): void {
  mkdirSync(controlDir, { recursive: true });
  const name = `${String(Date.now()).padStart(15, '0')}-${randomBytes(4).toString('hex')}`;
  const beside = path.join(controlDir, `.${name}`);
  writeFileSync(beside, `${JSON.stringify({ command })}\n`);
  renameSync(beside, path.join(controlDir, `${name}.json`));
}

/** Take what has arrived, oldest first. Files that are no commands are removed too and named. */
export function takeCommands(controlDir: string): { commands: Command[]; ignored: string[] } {
  const commands: Command[] = [];
  const ignored: string[] = [];
  for (const name of jsonNames(controlDir)) {
    const file = path.join(controlDir, name);
    const command = readCommand(file);
    rmSync(file, { force: true, recursive: true });
    if (command === undefined) ignored.push(name);
    else commands.push(command);
  }
  return { commands, ignored };
}

function readCommand(file: string): Command | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data?.command;
  } catch {
    return undefined;
  }
}

function jsonNames(controlDir: string): string[] {
  try {
    return readdirSync(controlDir)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
