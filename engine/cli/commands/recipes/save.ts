import { optionRules, readFields, SETTINGS } from '../../../contract/jobs/fields.ts';
import type { Command } from '../../command.ts';
import { workspaceOf } from '../../training.ts';
import { kindOf, PRESET_OPTIONS } from './kind-option.ts';
import { presetRecord } from './preset-record.ts';

const fields = { settings: SETTINGS };

export const command: Command = {
  name: 'recipes save',
  details: 'Train with it by --recipe NAME; the pages show it beside the recipes.',
  positionals: ['NAME'],
  options: {
    recipe: { value: 'RECIPE|FILE', help: 'The recipe to begin with, also one from elsewhere.' },
    ...optionRules(fields),
    replace: { help: 'Replace the preset of this name.' },
    ...PRESET_OPTIONS,
  },
  examples: [
    'conmim recipes save xrays --recipe tiny --set image_size=96',
    'conmim recipes save xrays --recipe from-a-colleague.json',
  ],
  async run({ args, out, host }) {
    const kind = kindOf(args);
    const workspace = workspaceOf(args, host);
    const { loadRecipeOf } = await import('../../../recipes/load.ts');
    const { savePreset } = await import('../../../recipes/own-presets.ts');
    const { settings } = readFields(fields, args);
    const source = { folder: host.cwd, workspace };
    const read = loadRecipeOf(kind, args.need('recipe', 'RECIPE|FILE'), settings, source);
    const { preset, recipe } = read;
    const order = { kind, name: args.positionals[0]!, preset, recipe };
    const saved = await savePreset(workspace, order, { replace: args.flag('replace') });
    out.record(presetRecord(saved));
    out.result(`Saved the preset ${saved.name}: ${saved.file}`);
  },
};
