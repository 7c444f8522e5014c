/** What can be known to be wrong with a job before it waits in a queue, perhaps overnight. */
import { existsSync } from 'node:fs';
import { StudioError } from '../contract/errors.ts';
import type { JobRequest } from '../contract/studio/job-request.ts';
import { loadFinetuneRecipe, loadRecipe } from '../recipes/load.ts';

/**
 * @param folder   where relative recipe files start
 * @param confined whether errors repeat nothing of a recipe file
 * @throws StudioError `recipe-invalid`, `recipe-unknown`, `path-missing`
 */
export function checkRequest(request: JobRequest, folder: string, confined: boolean): void {
  switch (request.kind) {
    case 'pretrain':
      for (const images of request.folders) needPath(images, 'The images');
      if (request.from === undefined)
        loadRecipe(request.recipe ?? '', { ...request.settings }, folder, confined);
      break;
    case 'finetune':
    case 'compare':
      needPath(request.train, 'The labelled images to learn from');
      if (request.val !== undefined) needPath(request.val, 'The images to judge on');
      if (request.recipe !== undefined)
        loadFinetuneRecipe(request.recipe, { ...request.settings }, folder, confined);
      break;
    case 'evaluate':
    case 'embed':
      needPath(request.data, 'The images');
      break;
    case 'knn':
      needPath(request.train, 'The images whose labels vote');
      needPath(request.val, 'The images to judge on');
      break;
    case 'import':
      needPath(request.file, 'The weights');
      break;
    case 'export':
    case 'resume':
    case 'selftest':
    case 'devices':
      break;
  }
}

function needPath(target: string, what: string): void {
  if (existsSync(target)) return;
  throw new StudioError('path-missing', `${what} are not there: ${target}`, {
    advice: 'Check the spelling, and whether the disk is connected.',
    details: { path: target },
  });
}
