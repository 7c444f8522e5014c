import { readChoice } from '../../contract/jobs/read-value.ts';
import type { Command } from '../command.ts';
import { type Candidates, candidatesOf } from '../completion/candidates.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
type Shell = (typeof SHELLS)[number];

const SCRIPTS: Readonly<Record<Shell, () => Promise<(all: readonly Candidates[]) => string>>> = {
  bash: async () => (await import('../completion/bash.ts')).bashScript,
  zsh: async () => (await import('../completion/zsh.ts')).zshScript,
  fish: async () => (await import('../completion/fish.ts')).fishScript,
  powershell: async () => (await import('../completion/powershell.ts')).powershellScript,
};

export const command: Command = {
  name: 'completion',
  details:
    'It completes commands, options, their fixed values, recipes, devices and files. The script is to be made again after an update.',
  positionals: [SHELLS.join('|')],
  options: {},
  examples: [
    'conmim completion bash > ~/.local/share/bash-completion/completions/conmim',
    'conmim completion zsh > ~/.zsh/completions/_conmim',
    'conmim completion fish > ~/.config/fish/completions/conmim.fish',
    'conmim completion powershell >> $PROFILE',
  ],
  async run({ args, out, parts, commands }) {
    const shell = readChoice(args.positionals[0]!, 'SHELL', SHELLS);
    const { PRESET_NAMES } = await import('../../recipes/presets.ts');
    const nested = await Promise.all(commands.names.map((name) => commands.load(name)));
    const all = await candidatesOf(commands, {
      RECIPE: PRESET_NAMES,
      DEVICE: ['auto', ...(await parts.deviceKinds())],
      COMMAND: commands.names,
      SUBCOMMAND: nested.flatMap((command) => command?.subcommands?.names ?? []),
    });
    const script = (await SCRIPTS[shell]())(all);
    out.record({ type: 'completion', shell, script });
    out.result(script.trimEnd());
  },
};
