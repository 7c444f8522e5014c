import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineParts } from '../parts.ts';
import { runCommand } from '../testing/fake-host.ts';
import { placeholderValue } from './candidates.ts';

let folder: string;
const script: Record<string, string> = {};
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-completion-'));
  writeFileSync(path.join(folder, 'weights one.pth'), '');
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { code, stdout } = await runCommand(['completion', shell], engineParts());
    expect(code).toBe(0);
    script[shell] = path.join(folder, `completion.${shell}`);
    writeFileSync(script[shell], stdout);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasShell = (shell: string) => spawnSync(shell, ['--version']).status === 0;

/** Runs a shell without anyone's settings in the folder of the scripts; fails where it complains. */
function run(shell: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(shell, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
  });
  expect(stderr).toBe('');
  return stdout;
}

/** What a line is completed to: the words before the cursor, and what is offered for the last. */
const CASES: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['pretr'], ['pretrain']],
  [['runs', 're'], ['rename']],
  [['help', 'sca'], ['scan']],
  [['pretrain', '--rec'], ['--recipe']],
  [['runs', 'delete', '--y'], ['--yes']],
  [['pretrain', '--recipe', 'ti'], ['tiny']],
  [['pretrain', '--data', 'x', '--device', 'cp'], ['cpu']],
  // What is for checks only is not offered.
  [['finetune', '--device', 'ref'], []],
  [['export', 'run', '--format', 'o'], ['onnx']],
  [['finetune', '--mode', 'lin'], ['linear']],
  [['bench', 'st'], ['step']],
  [['import', 'wei'], ['weights one.pth']],
  [['pretrain', '--epochs', ''], []],
];

describe.skipIf(!hasShell('bash'))('bash', () => {
  const complete = (words: readonly string[]) =>
    run('bash', [
      '--norc',
      '-c',
      `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _conmim; printf '%s\\n' "\${COMPREPLY[@]}"`,
      script['bash']!,
      'conmim',
      ...words,
    ])
      .split('\n')
      .filter(Boolean);

  it.each(CASES)('completes %j to %j', (words, offered) => {
    expect(complete(words)).toEqual(offered);
  });

  it('completes what follows an equals sign, which it takes for a word', () => {
    expect(complete(['pretrain', '--recipe', '=', 'ti'])).toEqual(['tiny']);
    expect(complete(['export', '--format', '='])).toContain('onnx');
  });
});

describe.skipIf(!hasShell('fish'))('fish', () => {
  it.each(CASES)('completes %j to %j', (words, offered) => {
    const line = ['conmim', ...words].join(' ');
    const lines = run('fish', [
      '--no-config',
      '-c',
      'source $argv[1]; complete -C $argv[2]',
      script['fish']!,
      line,
    ]);
    expect(lines.split('\n').flatMap((one) => one.split('\t')[0] || [])).toEqual(offered);
  });
});

describe.skipIf(!hasShell('zsh'))('zsh', () => {
  /** Types the line into an interactive zsh, presses the Tab key and reads the line that it has become. */
  const program = `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "PROMPT= RPROMPT=; autoload -U compinit; compinit -u -d $2; source $1"
    zpty -w shell "show() { print -r -- \\"LINE<\\$BUFFER>\\"; BUFFER=; zle accept-line; }; zle -N show; bindkey '^G' show; setopt no_always_last_prompt; print REA''DY"
    zpty -r shell all '*READY*'
    zpty -w -n shell "$3"$'\\t\\a'
    zpty -r shell found '*LINE<*>*'
    print -r -- "\${\${found##*LINE<}%%>*}"
    zpty -d shell
  `;
  it.each(CASES.filter(([, offered]) => offered.length === 1))(
    'completes %j to %j',
    (words, [offered]) => {
      const line = ['conmim', ...words].join(' ');
      const found = run('zsh', [
        '-f',
        '-c',
        program,
        'zsh',
        script['zsh']!,
        path.join(folder, 'dump'),
        line,
      ]);
      const before = ['conmim', ...words.slice(0, -1)].join(' ');
      expect(found.trim()).toBe(`${before} ${offered!.replace(' ', '\\ ')}`);
    },
  );
});

describe.skipIf(!hasShell('pwsh'))('PowerShell', () => {
  it.each(CASES)('completes %j to %j', (words, offered) => {
    const line = ['conmim', ...words].join(' ');
    const program = `. '${script['powershell']}'; (TabExpansion2 -inputScript '${line}' -cursorColumn ${line.length}).CompletionMatches | ForEach-Object CompletionText`;
    const lines = run('pwsh', ['-NoProfile', '-Command', program]).split(/\r?\n/).filter(Boolean);
    expect(lines.map((one) => one.replace(/^(& )?'?(\.[\\/])?|'$/g, ''))).toEqual(offered);
  });
});

it('names unknown shells', async () => {
  const { code, stderr } = await runCommand(['completion', 'fisch']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean fish?')]);
});

describe('what a placeholder of the help says', () => {
  const names = { RECIPE: ['tiny'], DEVICE: ['cpu'], COMMAND: [], SUBCOMMAND: [] };
  it.each([
    ['RUN|FILE|scratch', ['scratch'], true],
    ['full|partial:K|linear', ['full', 'linear'], false],
    ['DIR[,DIR…]', [], true],
    ['RECIPE|FILE', ['tiny'], true],
    ['DEVICE|all', ['cpu', 'all'], false],
    ['N', [], false],
  ])('%s', (placeholder, words, files) => {
    expect(placeholderValue(placeholder, names)).toEqual({ words, files });
  });
});
