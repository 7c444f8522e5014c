/** What can be known to be wrong with a job before it waits in a queue, perhaps overnight. */
import { existsSync } from 'node:fs';
import { StudioError } from '../contract/errors.ts';
import { type JobRequest, jobOf, namedFiles } from '../contract/jobs/register.ts';
import { loadRecipeOf } from '../recipes/load.ts';

/**
 * @param folder   where relative recipe files start
 * @param confined whether errors repeat nothing of a recipe file
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
