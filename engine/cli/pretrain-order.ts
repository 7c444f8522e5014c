/** What `pretrain` and `estimate` share: which images, and which recipe. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { OptionRule } from '../contract/jobs/fields.ts';
import { parseRecipe } from '../contract/recipe.ts';
import { usageError } from '../contract/usage-error.ts';
import type { Call } from './command.ts';
import { RECIPE_OPTIONS, readOverrides, workspaceOf } from './training.ts';

const { name: _, ...recipeOptions } = RECIPE_OPTIONS;

export const PRETRAIN_OPTIONS = {
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
  ...recipeOptions,
  device: { type: 'string', value: 'D', help: 'auto (default), cpu, …; see: conmim devices' },
} as const satisfies Record<string, OptionRule>;

/** @throws StudioError `usage`, and what reading recipes and continuations throws */
export async function readPretrainOrder(call: Call) {
  const { args, host } = call;
  const given = args.texts('data').flatMap((text) => splitFolders(text, host.cwd));
  if (given.length === 0) throw usageError('--data DIR is missing.');
  const workspace = workspaceOf(args, host);
  return {
    workspace,
    data: given.map((folder) => path.resolve(host.cwd, folder)),
    device: args.text('device') ?? 'auto',
    ...(await begin(call, workspace)),
  };
}

/** The recipe by name, or that of the pre-training to go on from. */
async function begin({ args, host, parts }: Call, workspace: string) {
  const reference = args.text('from');
  if (reference === undefined) {
    const { loadRecipe } = await import('../recipes/load.ts');
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
