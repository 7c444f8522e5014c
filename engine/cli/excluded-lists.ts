/** The lists of excluded images that a command is given. */
import path from 'node:path';
import type { CommandCall } from './command.ts';

/** Absolute. */
export function excludedLists({ host }: CommandCall, lists: readonly string[] | undefined) {
  return lists === undefined ? {} : { exclude: lists.map((one) => path.resolve(host.cwd, one)) };
}
