/** The recipe of a fine-tuning: a select field and, folded, its settings. */
import { NativeSelect, Text } from '@mantine/core';
import type { ModelSummary, Preset } from '../../../engine/contract/studio/index.ts';
import { DEFAULT_TASK, LABELLED_TASKS, type RecipeKind } from '../../../engine/contract/tasks.ts';
import { useStudio } from '../../client/use-studio.ts';
import { lengthText } from '../../ui/length-text.ts';
import { RecipeForm } from '../../ui/recipe-form/recipe-form.tsx';
import { checkRecipe } from '../../ui/recipe-form/recipe-kind.ts';
import { changeFinetuneDraft, useFinetuneDraft } from './draft.ts';
import { useLabels } from './labelled-choice.tsx';
import { presetFor } from './preset-for.ts';

export interface ChosenRecipe {
  readonly kind: RecipeKind;
  readonly presets: readonly Preset[];
  readonly name: string | undefined;
  readonly suggested: string | undefined;
  readonly values: Readonly<Record<string, unknown>> | undefined;
  /** With the changed settings. */
  readonly checked: Readonly<Record<string, unknown>> | undefined;
  /** Invalid settings. */
  readonly wrong: readonly string[];
}

/** The recipe of the draft, or the one that fits the network. */
export function useRecipe(network: ModelSummary | undefined): ChosenRecipe {
  const recipes = useStudio('recipes.list', {});
  const chosen = useFinetuneDraft(({ recipe }) => recipe);
  const settings = useFinetuneDraft((draft) => draft.settings);
  const kind = useFinetuneDraft(({ task = DEFAULT_TASK }) => LABELLED_TASKS[task].recipe);
  const presets = recipes.data ?? [];
  const suggested = presetFor(presets, network);
  const name = chosen ?? suggested;
  const values = presets.find((preset) => preset.name === name)?.recipes[kind];
  const check = values === undefined ? undefined : checkRecipe(kind, values, settings);
  const wrong = Object.keys(check?.problems ?? {});
  return { kind, presets, name, suggested, values, checked: check?.values, wrong };
}

/** How many steps a training takes on these labelled images, and which setting decides it. */
export function RecipeLength({ recipe }: { readonly recipe: ChosenRecipe }) {
  const labels = useLabels();
  if (recipe.checked === undefined || recipe.wrong.length > 0) return null;
  const { text } = lengthText(recipe.checked, labels?.images ?? 0, { isFilled: true });
  return (
    <Text size="sm" role="status">
      A training takes {text}.
    </Text>
  );
}

export function RecipeChoice({ recipe }: { readonly recipe: ChosenRecipe }) {
  const settings = useFinetuneDraft((draft) => draft.settings);
  const { kind, presets, name, suggested, values } = recipe;
  const changed = Object.keys(settings).length;
  return (
    <>
      <NativeSelect
        label="Recipe"
        description="Its size must be the network's; the suggested one is."
        data={presets.map((preset) => ({
          value: preset.name,
          label: `${preset.title}${preset.name === suggested ? ' – suggested' : ''}`,
        }))}
        value={name ?? ''}
        onChange={(event) =>
          changeFinetuneDraft({ recipe: event.currentTarget.value, settings: {} })
        }
        maw={420}
      />
      {values === undefined ? null : (
        <details>
          <summary>
            <Text span>Settings of the recipe{changed > 0 ? ` (${changed} changed)` : ''}</Text>
          </summary>
          <RecipeForm
            kind={kind}
            preset={values}
            settings={settings}
            onChange={(next) => changeFinetuneDraft({ settings: next })}
          />
        </details>
      )}
    </>
  );
}
