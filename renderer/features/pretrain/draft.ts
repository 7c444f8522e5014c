/**
 * What the page holds: images, recipe, changes. It is still there after a walk to the data sets, and
 * it leaves open what a suggestion can fill in.
 */
import { create } from 'zustand';
import type { Dataset, Preset, RequestOf } from '../../../engine/contract/studio/index.ts';
import { checkRecipe, fieldsOf, valueText } from '../../ui/recipe-form/recipe-kind.ts';

export interface Draft {
  /** Ids; undefined as long as the first one will do. */
  readonly datasets: readonly string[] | undefined;
  /** Undefined as long as the suggested one will do. */
  readonly recipe: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
  /** A run or package to go on from; undefined for a new network. */
  readonly from: string | undefined;
  readonly device: string;
  readonly name: string;
}

export const EMPTY: Draft = {
  datasets: undefined,
  recipe: undefined,
  settings: {},
  from: undefined,
  device: 'auto',
  name: '',
};

export const useDraft = create<Draft>(() => EMPTY);

export function changeDraft(change: Partial<Draft>): void {
  useDraft.setState(change);
}

type Settings = Readonly<Record<string, unknown>>;

/** The changes that make a ready-made recipe the suggested one; cells of masks keep their patches. */
export function suggestedSettings(
  preset: Settings,
  suggestion: { readonly imageSize: number; readonly patchSize: number },
): Record<string, string> {
  const { imageSize, patchSize } = suggestion;
  const cell = (Number(preset['mask_cell']) / Number(preset['patch_size'])) * patchSize;
  const wanted: Settings = { image_size: imageSize, patch_size: patchSize, mask_cell: cell };
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([key, value]) =>
      value === preset[key] ? [] : [[key, valueText(value)]],
    ),
  );
}

/** The suggestion of the largest of some data sets: it says most of what will be seen. */
export function suggestionFor(data: readonly Dataset[]): Dataset | undefined {
  return [...data]
    .filter(({ report }) => report !== undefined)
    .sort((a, b) => b.report!.images - a.report!.images)[0];
}

/** Everything chosen, with what the draft leaves open filled in. */
export interface Choice {
  readonly data: readonly Dataset[];
  readonly images: number;
  readonly preset: Preset;
  readonly settings: Readonly<Record<string, string>>;
  readonly suggested: Dataset | undefined;
}

export function choiceOf(
  draft: Draft,
  datasets: readonly Dataset[],
  presets: readonly Preset[],
): Choice {
  const ids = draft.datasets ?? datasets.slice(0, 1).map(({ id }) => id);
  const data = datasets.filter(({ id }) => ids.includes(id));
  const suggested = suggestionFor(data);
  const suggestion = suggested?.report?.suggestion;
  const named = (name: string | undefined) => presets.find((found) => found.name === name);
  const preset = named(draft.recipe) ?? named(suggestion?.recipe) ?? presets[0]!;
  const open = draft.recipe === undefined && suggestion?.recipe === preset.name;
  const fits = open ? suggestedSettings(preset.recipe, suggestion!) : {};
  return {
    data,
    preset,
    suggested,
    images: data.reduce((sum, { report }) => sum + (report?.images ?? 0), 0),
    settings: { ...fits, ...draft.settings },
  };
}

/** Whether a choice is what was suggested. */
export function isSuggested({ preset, settings, suggested }: Choice): boolean {
  const suggestion = suggested?.report?.suggestion;
  if (suggestion === undefined || suggestion.recipe !== preset.name) return false;
  const { values } = checkRecipe('pretrain', preset.recipe, settings);
  return (
    values['image_size'] === suggestion.imageSize && values['patch_size'] === suggestion.patchSize
  );
}

export function requestOf(draft: Draft, choice: Choice): RequestOf<'pretrain'> {
  const name = draft.name.trim();
  return {
    kind: 'pretrain',
    folders: choice.data.flatMap(({ folders }) => folders),
    ...(draft.from === undefined
      ? { recipe: choice.preset.name, settings: { ...choice.settings } }
      : { from: draft.from, settings: { ...draft.settings } }),
    device: draft.device,
    ...(name === '' ? {} : { name }),
  };
}

/** Of all values, those that change what is seen, as text: other changes need no new pictures. */
export function seenSettings(values: Settings): Record<string, string> {
  const seen = fieldsOf('pretrain').filter((field) => field.seen && field.key in values);
  return Object.fromEntries(seen.map(({ key }) => [key, valueText(values[key])]));
}
