/** Checks of a request before its job waits in the queue, possibly for hours. */
import { existsSync } from 'node:fs';
import { StudioError } from '../contract/errors.ts';
import { type JobRequest, jobOf, namedFiles } from '../contract/jobs/register.ts';
import { loadRecipeOf } from '../recipes/load.ts';

/**
 * @param folder   base of relative recipe files
 * @param confined whether errors must not repeat content of a recipe file
 * @throws StudioError `recipe-invalid`, `recipe-unknown`, `path-missing`
 */
export function checkRequest(request: JobRequest, folder: string, confined: boolean): void {
  for (const { text: path, needed } of namedFiles(request))
    if (needed !== undefined && !existsSync(path))
      throw new StudioError('path-missing', `${needed} are not there: ${path}`, {
        advice: 'Check the spelling, and whether the disk is connected.',
        details: { path },
      });
  const recipe = jobOf(request).recipe?.(request);
  if (recipe !== undefined) loadRecipeOf(recipe.of, recipe.name, recipe.settings, folder, confined);
}
