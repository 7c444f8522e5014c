/** The script for fish. */
import type { Candidates, CompletionValue } from './candidates.ts';

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function values(value: CompletionValue | undefined): string {
  if (value === undefined) return '';
  const words = value.words.length > 0 ? ` -a ${quoted(value.words.join(' '))}` : '';
  return ` -r${value.files ? ' -F' : ' -f'}${words}`;
}

function after({ command, commands, options, argument }: Candidates): string[] {
  const line = `complete -c conmim -n ${quoted(`test (__conmim_command) = ${quoted(command)}`)}`;
  return [
    ...commands.map(({ name, summary }) => `${line} -a ${name} -d ${quoted(summary)}`),
    ...(argument.words.length > 0 ? [`${line} -a ${quoted(argument.words.join(' '))}`] : []),
    ...(argument.files ? [`${line} -F`] : []),
    ...options.map(
      ({ name, short, help, value }) =>
        `${line} -l ${name}${short === undefined ? '' : ` -s ${short}`}${values(value)} -d ${quoted(help)}`,
    ),
  ];
}

export function fishScript(all: readonly Candidates[]): string {
  const known = all.flatMap(({ command }) => (command === '' ? [] : [quoted(command)]));
  return [
    '# Completion of conmim for fish, made by: conmim completion fish',
    'function __conmim_command',
    "  set -l command ''",
    '  for word in (commandline -opc)[2..-1]',
    '    set -l longer (string trim -- "$command $word")',
    `    if contains -- "$longer" ${known.join(' ')}`,
    '      set command $longer',
    '    end',
    '  end',
    '  echo "$command"',
    'end',
    'complete -c conmim -e',
    'complete -c conmim -f',
    ...all.flatMap(after),
    '',
  ].join('\n');
}
