import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseRecipe } from '../../contract/recipe.ts';
import { type Call, type Command, usageError } from '../command.ts';
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
    from: {
      type: 'string',
      value: 'RUN|DIR',
      help: 'Go on from an earlier pre-training, on these images: a run, or a continuation package.',
    },
    ...RECIPE_OPTIONS,
    device: { type: 'string', value: 'D', help: 'auto (default), cpu, …; see: conmim devices' },
  },
  examples: [
    'conmim pretrain --data ~/pictures --recipe tiny',
    'conmim pretrain --data a,b --recipe small --set batch_size=32 --epochs 10',
    'conmim pretrain --from package --data other-pictures --set epochs=50',
  ],
  async run(call) {
    const { args, host, parts } = call;
    const given = args.texts('data').flatMap((text) => splitFolders(text, host.cwd));
    if (given.length === 0) throw usageError('--data DIR is missing.');
    const { warningFor } = await import('../../recipes/presets.ts');
    const workspace = workspaceOf(args, host);
    const { name, preset, recipe, from } = await begin(call, workspace);
    const warn = (device: string) => preset && warningFor(preset, device.split(':')[0]!);
    await followTraining(
      call,
      (listener) =>
        parts.startPretrain({
          workspace,
          name: args.text('name') ?? name,
          data: given.map((folder) => path.resolve(host.cwd, folder)),
          recipe,
          device: args.text('device') ?? 'auto',
          ...(from === undefined ? {} : { from }),
          ...listener,
        }),
      warn,
    );
  },
};

/** The recipe by name, or that of the pre-training to go on from. */
async function begin({ args, host, parts }: Call, workspace: string) {
  const reference = args.text('from');
  if (reference === undefined) {
    const { loadRecipe } = await import('../../recipes/load.ts');
    const named = args.need('recipe', 'NAME');
    return { ...loadRecipe(named, readOverrides(args), host.cwd), from: undefined };
  }
  if (args.text('recipe') !== undefined)
    throw usageError('--from brings its own recipe; change it with --set instead of --recipe.');
  const from = await parts.openContinuation(reference, { workspace });
  const recipe = parseRecipe(from.recipe, readOverrides(args));
  return { name: 'continued', preset: undefined, recipe, from };
}

/** Folders are split at commas, unless the whole text is the name of a folder. */
function splitFolders(text: string, cwd: string): string[] {
  if (text !== '' && existsSync(path.resolve(cwd, text))) return [text];
  return text.split(',').filter((folder) => folder.trim() !== '');
}
