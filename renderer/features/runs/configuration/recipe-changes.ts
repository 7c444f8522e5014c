/** The preset that is nearest to the recipe of a run, and the differences. */
import type { RecipeKind } from '../../../../engine/contract/tasks.ts';
import { formFields } from '../../../ui/recipe-form/recipe-kind.ts';

type Settings = Readonly<Record<string, unknown>>;

export type Nearest = NonNullable<ReturnType<typeof nearestRecipe>>;

/** @param presets with all settings of the run's kind; undefined when there are none */
export function nearestRecipe(
  kind: RecipeKind,
  recipe: Settings,
  presets: readonly { readonly name: string; readonly title: string; readonly recipe: Settings }[],
) {
  const incidental = new Set(
    formFields(kind).flatMap((field) => (field.incidental ? field.key : [])),
  );
  const found = presets.map(({ name, title, recipe: usual }) => {
    const changes = Object.entries(recipe).flatMap(([key, value]) =>
      JSON.stringify(value) === JSON.stringify(usual[key])
        ? []
        : [{ key, value, usual: usual[key] }],
    );
    const weight = changes.filter(({ key }) => !incidental.has(key)).length;
    return { name, title, changes, weight };
  });
  const [nearest] = found.sort((a, b) => a.weight - b.weight);
  if (nearest === undefined) return undefined;
  const { weight: _, ...named } = nearest;
  return named;
}
