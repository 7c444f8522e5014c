import { existsSync } from 'node:fs';
import path from 'node:path';
import { recipeText } from '../../../contract/recipe-text.ts';
import { usageError } from '../../../contract/usage-error.ts';
import { nodeDisk, onDisk, replaceFile } from '../../../disk/disk.ts';
import type { Command } from '../../command.ts';
import { workspaceOf } from '../../training.ts';
import { kindOf, PRESET_OPTIONS } from './kind-option.ts';

export const command: Command = {
  name: 'recipes export',
  details: 'The file can be used elsewhere by --recipe FILE, or imported on a page.',
  positionals: ['RECIPE|FILE'],
  options: {
    out: { value: 'FILE', help: 'Where to write it (default: stdout).' },
    replace: { help: 'Replace the file if it is there.' },
    ...PRESET_OPTIONS,
  },
  examples: ['conmim recipes export xrays --out xrays.json'],
  async run({ args, out, host }) {
    const kind = kindOf(args);
    const source = { folder: host.cwd, workspace: workspaceOf(args, host) };
    const { loadRecipeOf, readyMade } = await import('../../../recipes/load.ts');
    const { nearestPreset } = await import('../../../recipes/own-presets.ts');
    const { name, preset, recipe } = loadRecipeOf(kind, args.positionals[0]!, {}, source);
    const basis = preset ?? nearestPreset(kind, recipe);
    const text = recipeText({ name: basis, recipe: readyMade(basis)[kind] }, recipe);
    const given = args.text('out');
    const file = given === undefined ? undefined : path.resolve(host.cwd, given);
    if (file !== undefined) {
      if (existsSync(file) && !args.flag('replace'))
        throw usageError(`${file} is there already; add --replace, or choose another name.`);
      await onDisk(file, () => nodeDisk.makeFolder(path.dirname(file)));
      await replaceFile(nodeDisk, file, text);
    }
    out.record({ type: 'recipe-file', kind, name, ...(file === undefined ? { text } : { file }) });
    out.result(file === undefined ? text.trimEnd() : `Wrote the recipe ${name}: ${file}`);
  },
};
