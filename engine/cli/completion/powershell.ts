/** The script for PowerShell; where it offers nothing, PowerShell offers files. */
import type { Candidates } from './candidates.ts';

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

const list = (words: readonly string[]) => `@(${words.map(quoted).join(', ')})`;

function hashTable(name: string, entries: readonly (readonly [string, readonly string[]])[]) {
  const lines = entries.map(([key, words]) => `    ${quoted(key)} = ${list(words)}`);
  return [`  $${name} = @{`, ...lines, '  }'];
}

export function powershellScript(all: readonly Candidates[]): string {
  const after = all.map(({ command, commands, argument }) => {
    const words = [...commands.map(({ name }) => name), ...argument.words];
    return [command, words] as const;
  });
  const flags = all.map(({ command, options }) => {
    const words = options.flatMap(({ name, short }) => [
      `--${name}`,
      ...(short === undefined ? [] : [`-${short}`]),
    ]);
    return [command, words] as const;
  });
  const values = all.flatMap(({ command, options }) =>
    options.flatMap(({ name, value }) =>
      value === undefined ? [] : [[`${command} --${name}`, value.words] as const],
    ),
  );
  return [
    '# Completion of conmim for PowerShell, made by: conmim completion powershell',
    'Register-ArgumentCompleter -Native -CommandName conmim -ScriptBlock {',
    '  param($wordToComplete, $commandAst, $cursorPosition)',
    ...hashTable('after', after),
    ...hashTable('options', flags),
    ...hashTable('values', values),
    '  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |',
    '    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })',
    "  $command = ''",
    '  foreach ($word in $words) {',
    '    $longer = "$command $word".Trim()',
    '    if ($after.ContainsKey($longer)) { $command = $longer }',
    '  }',
    '  $found = $after[$command]',
    '  if ($wordToComplete.StartsWith("-")) { $found = $options[$command] }',
    '  elseif ($words.Count -gt 0 -and $values.ContainsKey("$command $($words[-1])")) {',
    '    $found = $values["$command $($words[-1])"]',
    '  }',
    '  $found | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {',
    "    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)",
    '  }',
    '}',
    '',
  ].join('\n');
}
