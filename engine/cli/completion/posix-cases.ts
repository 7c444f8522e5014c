/** What the scripts of bash and zsh share: texts in quotes, and `case` branches. */
import { getOrMake } from '../../contract/maps.ts';
import type { Candidates } from './candidates.ts';

export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `'a'|'b') action ;;`; none where there are no patterns. */
export function branch(patterns: readonly string[], action: string): string[] {
  return patterns.length === 0 ? [] : [`    ${patterns.map(shellQuoted).join('|')}) ${action} ;;`];
}

/** Finds out which command the words before the cursor name. */
export function commandBranches(all: readonly Candidates[]): string[] {
  const inner = all.filter(({ command }) => command !== '');
  return inner.map(({ command }) => (command.includes(' ') ? command : ` ${command}`));
}

/** Every option that takes a value, with its short form: `pretrain --recipe`. */
export function valueBranches(
  all: readonly Candidates[],
  action: (value: NonNullable<Candidates['options'][number]['value']>) => string,
): string[] {
  const actions = new Map<string, string[]>();
  for (const { command, options } of all)
    for (const { name, value } of options) {
      if (value === undefined) continue;
      getOrMake(actions, action(value), () => []).push(`${command} --${name}`);
    }
  return [...actions].flatMap(([does, patterns]) => branch(patterns, does));
}
