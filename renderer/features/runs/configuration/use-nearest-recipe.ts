/** The ready-made recipe that is nearest to that of a run, and the differences. */
import type { RunDetail } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { pagesOfRun } from '../../../tasks/register.ts';
import { type Nearest, nearestRecipe } from './recipe-changes.ts';

/** @returns undefined until the recipes are known */
export function useNearestRecipe(run: RunDetail): Nearest | undefined {
  const { data } = useStudio('recipes.list', {});
  const { recipe: kind } = pagesOfRun(run);
  return nearestRecipe(
    kind,
    run.recipe,
    (data ?? []).map(({ name, title, recipes }) => ({ name, title, recipe: recipes[kind] })),
  );
}
