import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RecipeOverrides } from '../../contract/recipe.ts';
import { type Arguments, type Command, usageError } from '../command.ts';
import { followTraining, workspaceOf } from '../training.ts';

/** The settings given by `--set`, `--epochs` and `--steps`. */
export function readOverrides(args: Arguments): RecipeOverrides {
  const overrides: Record<string, unknown> = {};
  for (const text of args.texts('set')) {
    const at = text.indexOf('=');
    if (at <= 0) throw usageError(`--set "${text}" is not of the form key=value.`);
    overrides[text.slice(0, at).trim()] = text.slice(at + 1);
  }
  const epochs = args.integer('epochs');
  const steps = args.integer('steps');
  if (epochs !== undefined && steps !== undefined) {
    throw usageError('--epochs and --steps exclude each other.');
  }
  if (epochs !== undefined) Object.assign(overrides, { epochs, steps: null });
  if (steps !== undefined) overrides['steps'] = steps;
  return overrides;
}

export const command: Command = {
  name: 'pretrain',
  summary: 'Learn from a folder of images, without labels.',
  positionals: [],
  options: {
    data: {
      type: 'string',
      multiple: true,
      value: 'DIR[,DIR…]',
      help: 'Folders of images, nested as they are. May be repeated.',
    },
    recipe: { type: 'string', value: 'NAME|FILE', help: 'What to train; see: conmim recipes' },
    set: {
      type: 'string',
      multiple: true,
      value: 'KEY=VALUE',
      help: 'Change a setting of the recipe. May be repeated.',
    },
    epochs: { type: 'string', value: 'N', help: 'How often every image is seen.' },
    steps: { type: 'string', value: 'N', help: 'Length in steps, instead of epochs.' },
    workspace: { type: 'string', value: 'DIR', help: 'Where runs are kept (default ./workspace).' },
    name: { type: 'string', value: 'NAME', help: 'A name for the run.' },
    device: { type: 'string', value: 'D', help: 'auto (default), cpu, …; see: conmim devices' },
  },
  examples: [
    'conmim pretrain --data ~/pictures --recipe tiny',
    'conmim pretrain --data a,b --recipe small --set batch_size=32 --epochs 10',
  ],
  async run(call) {
    const { args, host, parts } = call;
    const given = args.texts('data').flatMap((text) => splitFolders(text, host.cwd));
    if (given.length === 0) throw usageError('--data DIR is missing.');
    const { loadRecipe } = await import('../../recipes/load.ts');
    const { warningFor } = await import('../../recipes/presets.ts');
    const reference = args.need('recipe', 'NAME');
    const { name, preset, recipe } = loadRecipe(reference, readOverrides(args), host.cwd);
    const warn = (device: string) => preset && warningFor(preset, device.split(':')[0]!);
    await followTraining(
      call,
      (listener) =>
        parts.startPretrain({
          workspace: workspaceOf(args, host),
          name: args.text('name') ?? name,
          data: given.map((folder) => path.resolve(host.cwd, folder)),
          recipe,
          device: args.text('device') ?? 'auto',
          ...listener,
        }),
      warn,
    );
  },
};

/** Folders are split at commas, unless the whole text is the name of a folder. */
function splitFolders(text: string, cwd: string): string[] {
  if (text !== '' && existsSync(path.resolve(cwd, text))) return [text];
  return text.split(',').filter((folder) => folder.trim() !== '');
}
