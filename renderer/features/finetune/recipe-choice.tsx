/** The recipe of a fine-tuning: a select field and, folded, its settings. */
import { NativeSelect, Text } from '@mantine/core';
import type { ModelSummary } from '../../../engine/contract/studio/index.ts';
import {
  DEFAULT_TASK,
  LABELLED_TASKS,
  labelledRecipeKind,
} from '../../../engine/contract/tasks.ts';
import { useStudio } from '../../client/use-studio.ts';
import { FieldLabel } from '../../ui/field-label.tsx';
import { percentText } from '../../ui/format.ts';
import { lengthText } from '../../ui/length-text.ts';
import { PresetActions } from '../../ui/presets/preset-actions.tsx';
import { orderedRecipe, type PresetChoice, presetChoices } from '../../ui/presets/preset-choice.ts';
import { useOwnPresets } from '../../ui/presets/use-own-presets.ts';
import { RecipeForm } from '../../ui/recipe-form/recipe-form.tsx';
import { checkRecipe } from '../../ui/recipe-form/recipe-kind.ts';
import { divisionOfSet } from '../../ui/set-at.ts';
import { changeFinetuneDraft, useFinetuneDraft } from './draft.ts';
import { useLabels } from './labelled-choice.tsx';
import { presetFor } from './preset-for.ts';
import { useSetAt } from './use-set-at.ts';

export type ChosenRecipe = ReturnType<typeof useRecipe>;

/** The recipe of the draft, or the one that fits the network. */
export function useRecipe(network: ModelSummary | undefined) {
  const recipes = useStudio('recipes.list', {});
  const asked = useFinetuneDraft(({ recipe }) => recipe);
  const chosenSettings = useFinetuneDraft((draft) => draft.settings);
  const settings = { ...divisionOfSet(useSetAt()('train')), ...chosenSettings };
  const task = useFinetuneDraft((draft) => draft.task);
  // Without a choice the head of the network says it.
  const kind = labelledRecipeKind(task ?? network?.task) ?? LABELLED_TASKS[DEFAULT_TASK].recipe;
  const own = useOwnPresets(kind).presets;
  const builtIn = recipes.data ?? [];
  const presets = presetChoices(kind, builtIn, own);
  const suggested = presetFor(builtIn, network);
  const named = (wanted: string | undefined) => presets.find(({ name }) => name === wanted);
  const chosen = named(asked ?? suggested);
  const check = chosen && checkRecipe(kind, chosen.recipe, settings);
  /** Invalid settings. */
  const wrong: readonly string[] = Object.keys(check?.problems ?? {});
  /** The recipe and settings as requests name them. */
  const ordered =
    chosen === undefined
      ? { recipe: asked, settings: { ...settings } }
      : orderedRecipe(kind, chosen, settings);
  return { kind, presets, chosen, settings, suggested, ordered, checked: check?.values, wrong };
}

/**
 * How many steps a training takes on these labelled images, and which setting decides it.
 *
 * @param props.share of the labels, where a form compares several
 */
export function RecipeLength(props: {
  readonly recipe: ChosenRecipe;
  readonly share?: number | undefined;
}) {
  const { recipe, share } = props;
  const labels = useLabels(share);
  if (recipe.checked === undefined || recipe.wrong.length > 0) return null;
  const { text } = lengthText(recipe.checked, labels?.images ?? 0, { isFilled: true });
  return (
    <Text size="sm" role="status">
      {share === undefined
        ? 'A'
        : `With ${percentText(share, share < 0.01 ? 1 : 0)} of the labels a`}{' '}
      training takes {text}.
    </Text>
  );
}

export function RecipeChoice({ recipe }: { readonly recipe: ChosenRecipe }) {
  const { kind, presets, chosen, settings, suggested, checked, wrong } = recipe;
  const changed = Object.keys(settings).length;
  const choose = (name: string | undefined) => changeFinetuneDraft({ recipe: name, settings: {} });
  const itemsOf = (some: readonly PresetChoice[]) =>
    some.map(({ name, title }) => ({
      value: name,
      label: `${title}${name === suggested ? ' – suggested' : ''}`,
    }));
  const own = presets.filter(({ changes }) => changes !== undefined);
  return (
    <>
      <NativeSelect
        label={<FieldLabel label="Recipe" />}
        description="Its size must be the network's; the suggested one is."
        data={[
          ...itemsOf(presets.filter(({ changes }) => changes === undefined)),
          ...(own.length === 0 ? [] : [{ group: 'Own presets', items: itemsOf(own) }]),
        ]}
        value={chosen?.name ?? ''}
        onChange={(event) => choose(event.currentTarget.value)}
        maw={420}
      />
      <PresetActions
        kind={kind}
        chosen={chosen}
        values={wrong.length === 0 ? checked : undefined}
        onChoose={choose}
      />
      {chosen === undefined ? null : (
        <details>
          <summary>
            <Text span>Settings of the recipe{changed > 0 ? ` (${changed} changed)` : ''}</Text>
          </summary>
          <RecipeForm
            kind={kind}
            preset={chosen.recipe}
            settings={settings}
            onChange={(next) => changeFinetuneDraft({ settings: next })}
          />
        </details>
      )}
    </>
  );
}
