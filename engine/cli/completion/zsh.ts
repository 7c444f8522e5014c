// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's own variables
/** The script for zsh, to be sourced or put into a folder of `$fpath` as `_conmim`. */
import type { Candidates, CompletionValue } from './candidates.ts';
import { branch, commandBranches, shellQuoted, valueBranches } from './posix-cases.ts';

function offer({ words, files }: CompletionValue): string {
  const parts = [
    ...(words.length > 0 ? [`compadd -- ${words.map(shellQuoted).join(' ')}`] : []),
    ...(files ? ['_files'] : []),
  ];
  return parts.join('; ') || ':';
}

/** `name:what it does`, as `_describe` takes it. */
function described(name: string, help: string): string {
  return shellQuoted(`${name.replaceAll(':', '\\:')}:${help}`);
}

function after({ command, commands, options, argument }: Candidates): string[] {
  const flags = options.flatMap(({ name, short, help }) => [
    described(`--${name}`, help),
    ...(short === undefined ? [] : [described(`-${short}`, help)]),
  ]);
  const names = commands.map(({ name, summary }) => described(name, summary));
  return branch(
    [command],
    [
      `if [[ $cur == -* ]]; then found=(${flags.join(' ')}); _describe -o option found; else`,
      ...(names.length > 0 ? [`found=(${names.join(' ')}); _describe command found;`] : []),
      `${offer(argument)}; fi`,
    ].join(' '),
  );
}

export function zshScript(all: readonly Candidates[]): string {
  return [
    '#compdef conmim',
    '# Completion of conmim for zsh, made by: conmim completion zsh',
    '_conmim() {',
    "  local cur=$words[CURRENT] prev=$words[CURRENT-1] command='' i",
    '  local -a found',
    '  if [[ $cur == --*=* ]]; then prev=${cur%%=*}; compset -P "*="; fi',
    '  for ((i = 2; i < CURRENT; i++)); do',
    '    case "$command $words[i]" in',
    ...branch(commandBranches(all), 'command=${command:+$command }$words[i]').map(
      (line) => `  ${line}`,
    ),
    '    esac',
    '  done',
    '  case "$command $prev" in',
    ...valueBranches(all, (value) => `${offer(value)}; return`),
    '  esac',
    '  case "$command" in',
    ...all.flatMap(after),
    '  esac',
    '}',
    'if [[ $funcstack[1] == _conmim ]]; then _conmim "$@"; else compdef _conmim conmim; fi',
    '',
  ].join('\n');
}
