import type { Command } from '../../command.ts';
import { workspaceOf } from '../../training.ts';
import { kindOf, PRESET_OPTIONS } from './kind-option.ts';

export const command: Command = {
  name: 'recipes delete',
  details: 'Runs that were trained with it keep their settings.',
  positionals: ['NAME'],
  options: PRESET_OPTIONS,
  examples: ['conmim recipes delete xrays'],
  async run({ args, out, host }) {
    const kind = kindOf(args);
    const name = args.positionals[0]!;
    const { deletePreset } = await import('../../../recipes/own-presets.ts');
    await deletePreset(workspaceOf(args, host), { kind, name });
    out.record({ type: 'preset-deleted', kind, name });
    out.result(`Deleted the preset ${name}.`);
  },
};
