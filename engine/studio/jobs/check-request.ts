/** Checks of a request before its job waits in the queue, possibly for hours. */
import { existsSync } from 'node:fs';
import { StudioError } from '../../contract/errors.ts';
import { type JobRequest, jobOf, namedFiles } from '../../contract/jobs/register.ts';
import { loadRecipeOf } from '../../recipes/load.ts';

/**
 * @param workspace base of relative recipe files, and place of presets
 * @param confined whether errors must not repeat content of a recipe file
 * @throws StudioError `recipe-invalid`, `recipe-unknown`, `path-missing`
 */
export function checkRequest(request: JobRequest, workspace: string, confined: boolean): void {
  for (const { text: path, needed } of namedFiles(request))
    if (needed !== undefined && !existsSync(path))
      throw new StudioError('path-missing', `${needed} are not there: ${path}`, {
        advice: 'Check the spelling, and whether the disk is connected.',
        details: { path },
      });
  const recipe = jobOf(request).recipe?.(request);
  if (recipe !== undefined) {
    const { of, name, settings } = recipe;
    loadRecipeOf(of, name, settings, { folder: workspace, workspace, confined });
  }
}
