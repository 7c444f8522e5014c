// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's own variables
/** The script for bash; it keeps to what bash 3.2 of macOS knows. */
import type { Candidates, CompletionValue } from './candidates.ts';
import { branch, commandBranches, shellQuoted, valueBranches } from './posix-cases.ts';

function offer({ words, files }: CompletionValue): string {
  const list = shellQuoted(words.join(' '));
  return files ? `_conmim_files ${list}` : `_conmim_words ${list}`;
}

function after({ command, commands, options, argument }: Candidates): string[] {
  const flags = options.flatMap(({ name, short }) => [
    `--${name}`,
    ...(short === undefined ? [] : [`-${short}`]),
  ]);
  const words = [...commands.map(({ name }) => name), ...argument.words];
  return branch(
    [command],
    `if [[ $cur == -* ]]; then _conmim_words ${shellQuoted(flags.join(' '))}; else ${offer({ ...argument, words })}; fi`,
  );
}

export function bashScript(all: readonly Candidates[]): string {
  return [
    '# Completion of conmim for bash, made by: conmim completion bash',
    '_conmim_words() {',
    '  COMPREPLY=()',
    '  local found',
    '  while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -W "$1" -- "$cur")',
    '}',
    '_conmim_files() {',
    '  _conmim_words "$1"',
    '  local found',
    '  while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -f -- "$cur")',
    '  type compopt >/dev/null 2>&1 && compopt -o filenames 2>/dev/null',
    '  return 0',
    '}',
    '_conmim() {',
    "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command='' i",
    '  # Of --option=VALUE, bash makes three words.',
    "  if [[ $cur == = ]]; then cur=''",
    '  elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    case "$command ${COMP_WORDS[i]}" in',
    ...branch(commandBranches(all), 'command=${command:+$command }${COMP_WORDS[i]}').map(
      (line) => `  ${line}`,
    ),
    '    esac',
    '  done',
    '  COMPREPLY=()',
    '  case "$command $prev" in',
    ...valueBranches(all, (value) => `${offer(value)}; return`),
    '  esac',
    '  case "$command" in',
    ...all.flatMap(after),
    '  esac',
    '}',
    'complete -F _conmim conmim',
    '',
  ].join('\n');
}
