/** Estimate a requested run before it becomes a job. */
import { defined } from '../contract/defined.ts';
import type { RequestOf } from '../contract/jobs/register.ts';
import { parseRecipe, type Recipe } from '../contract/recipe.ts';
import type { Estimate } from '../contract/studio/estimate.ts';
import type { EstimateRequest } from '../contract/tools.ts';
import { leaveMasksOut } from '../data/annotations/masks-beside.ts';
import { estimatePretrain } from '../estimate/estimate.ts';
import { openContinuation } from '../models/continue-from.ts';
import { loadRecipe } from '../recipes/load.ts';
import type { PresetName } from '../recipes/presets.ts';
import type { ScanListener } from './scan.ts';

/** @throws StudioError those of starting the run */
export async function estimateRequest(
  { workspace, request }: EstimateRequest,
  { onProgress, signal }: ScanListener = {},
): Promise<Estimate> {
  return estimatePretrain({
    workspace,
    data: (await leaveMasksOut(request.folders, signal)).folders,
    device: request.device,
    ...(await recipeOf(request, workspace)),
    ...defined({ onProgress, signal, scan: request.scan, exclude: request.exclude }),
  });
}

async function recipeOf(
  { recipe: reference, settings, from }: RequestOf<'pretrain'>,
  workspace: string,
): Promise<{ recipe: Recipe; preset: PresetName | undefined }> {
  if (from === undefined)
    return loadRecipe(reference ?? '', settings, { folder: workspace, workspace });
  const { recipe } = await openContinuation(from, { workspace });
  return { recipe: parseRecipe(recipe, settings), preset: undefined };
}
