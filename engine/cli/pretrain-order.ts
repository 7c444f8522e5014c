/** What `pretrain` and `estimate` share: which images, and which recipe. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { optionRules, readFields } from '../contract/jobs/fields.ts';
import { jobs, type RequestOf } from '../contract/jobs/register.ts';
import { parseRecipe } from '../contract/recipe.ts';
import { shellText } from '../contract/shell-text.ts';
import { usageError } from '../contract/usage-error.ts';
import { warningRecord } from '../contract/warning-codes.ts';
import type { CommandCall } from './command.ts';
import { excludedLists } from './excluded-lists.ts';
import { readOverrides, START_OPTIONS, workspaceOf } from './training.ts';

const { name: _, knn: __, ranks: ___, devices: ____, ...fields } = jobs.pretrain.fields;

export const ORDER_OPTIONS = { ...optionRules(fields), ...START_OPTIONS };

/** @throws StudioError `usage`, and what reading recipes and continuations throws */
export async function readPretrainOrder(call: CommandCall) {
  const { args, host } = call;
  const request = readFields(fields, args);
  const workspace = workspaceOf(args, host);
  return {
    workspace,
    data: await imageFolders(call, request.folders),
    ...excludedLists(call, request.exclude),
    device: request.device,
    scan: request.scan,
    prepared: request.prepared,
    ...(await begin(call, request, workspace)),
  };
}

/** Folders of images as they are trained on, absolute. @throws StudioError `usage` */
export async function imageFolders(call: CommandCall, texts: readonly string[]) {
  const { cwd } = call.host;
  const given = texts.flatMap((text) => splitFolders(text, cwd));
  if (given.length === 0) throw usageError('--data DIR is missing.');
  return withoutMasks(
    call,
    given.map((folder) => path.resolve(cwd, folder)),
  );
}

/** Of sets with masks the folders of the images, as the page takes them. */
async function withoutMasks({ out }: CommandCall, given: readonly string[]) {
  const { leaveMasksOut, leftMasksText } = await import('../data/annotations/masks-beside.ts');
  const { folders, left } = await leaveMasksOut(given);
  for (const found of left) {
    const all = [...found.imageFolders, ...found.maskFolders].flatMap((folder) => [
      '--data',
      folder,
    ]);
    const message = `${leftMasksText(found)}. To train on them too: ${shellText(all)}`;
    out.record(warningRecord('masks-left-out', message));
    out.note(`Note: ${message}`);
  }
  return folders;
}

/** The recipe by name, or that of the pre-training to go on from. */
async function begin(
  { args, host, parts }: CommandCall,
  { from: reference, recipe: named, settings }: Omit<RequestOf<'pretrain'>, 'kind' | 'name'>,
  workspace: string,
) {
  const overrides = readOverrides(settings, args);
  if (reference === undefined) {
    if (named === undefined) throw usageError('--recipe RECIPE is missing.');
    const { loadRecipe } = await import('../recipes/load.ts');
    return { ...loadRecipe(named, overrides, { folder: host.cwd, workspace }), from: undefined };
  }
  if (named !== undefined)
    throw usageError('--from brings its own recipe; change it with --set instead of --recipe.');
  const from = await parts.openContinuation(reference, { workspace });
  const recipe = parseRecipe(from.recipe, overrides);
  return { name: 'continued', preset: undefined, recipe, from };
}

/** Folders are split at commas, unless the whole text is the name of a folder. */
function splitFolders(text: string, cwd: string): string[] {
  if (text !== '' && existsSync(path.resolve(cwd, text))) return [text];
  return text.split(',').filter((folder) => folder.trim() !== '');
}
