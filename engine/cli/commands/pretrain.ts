import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Command, usageError } from '../command.ts';
import { followTraining, RECIPE_OPTIONS, readOverrides, workspaceOf } from '../training.ts';

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
    ...RECIPE_OPTIONS,
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
