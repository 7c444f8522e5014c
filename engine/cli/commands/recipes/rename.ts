import type { Command } from '../../command.ts';
import { workspaceOf } from '../../training.ts';
import { kindOf, PRESET_OPTIONS } from './kind-option.ts';

export const command: Command = {
  name: 'recipes rename',
  positionals: ['NAME', 'NEW'],
  options: PRESET_OPTIONS,
  examples: ['conmim recipes rename xrays xrays-96'],
  async run({ args, out, host }) {
    const kind = kindOf(args);
    const [before, to] = args.positionals as [string, string];
    const { renamePreset } = await import('../../../recipes/own-presets.ts');
    const name = await renamePreset(workspaceOf(args, host), { kind, name: before }, to);
    out.record({ type: 'preset-renamed', kind, name, before });
    out.result(`The preset ${before} is named ${name} now.`);
  },
};
