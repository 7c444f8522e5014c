/**
 * State of the page: images, recipe and settings. It is kept when another page is shown, and fields that
 * suggestions can fill in may be undefined.
 */

import { create } from 'zustand';
import type {
  Dataset,
  OwnPreset,
  Preset,
  RequestOf,
} from '../../../engine/contract/studio/index.ts';
import { exclusionOf } from '../../ui/image-folders.ts';
import { orderedRecipe, presetChoices } from '../../ui/presets/preset-choice.ts';
import { checkRecipe, formFields, valueText } from '../../ui/recipe-form/recipe-kind.ts';
import { channelSettings, suggestedSettings } from '../../ui/recipe-form/suggested-settings.ts';
import { divisionOfSet } from '../../ui/set-at.ts';
import { countDistinctImages } from './distinct-images.ts';

export const EMPTY_PRETRAIN_DRAFT = {
  /** Ids; undefined for the first data set. */
  datasets: undefined as readonly string[] | undefined,
  /** Undefined for the suggested recipe. */
  recipe: undefined as string | undefined,
  settings: {} as Readonly<Record<string, string>>,
  /** A run or package to continue from; undefined for a new network. */
  from: undefined as string | undefined,
  /** A folder or list of labelled images, for kNN while it trains; empty for none. */
  knn: '',
  device: 'auto',
  /** Processes that share each batch. */
  ranks: 1,
  /** Of one kind, with a rank on each; fewer than two for `device` and `ranks`. */
  devices: [] as readonly string[],
  name: '',
};
export type PretrainDraft = Readonly<typeof EMPTY_PRETRAIN_DRAFT>;

export const usePretrainDraft = create<PretrainDraft>(() => EMPTY_PRETRAIN_DRAFT);

export function changePretrainDraft(change: Partial<PretrainDraft>): void {
  usePretrainDraft.setState(change);
}

type Settings = Readonly<Record<string, unknown>>;

/** What any ready-made recipe must have for the images, whichever is chosen. */
export function neededSettings({ suggested }: PretrainChoice): Record<string, string> {
  const needed = channelSettings(suggested?.report?.suggestion.channels);
  return Object.fromEntries(Object.entries(needed).map(([key, value]) => [key, valueText(value)]));
}

/** The data set with the most images, whose suggestion is used. */
function suggestionFor(data: readonly Dataset[]): Dataset | undefined {
  return [...data]
    .filter(({ report }) => report !== undefined)
    .sort((a, b) => b.report!.images - a.report!.images)[0];
}

export type PretrainChoice = ReturnType<typeof choiceOf>;

/** The draft with all open fields filled in. */
export function choiceOf(
  draft: PretrainDraft,
  datasets: readonly Dataset[],
  presets: readonly Preset[],
  own: readonly OwnPreset[] = [],
) {
  const ids = draft.datasets ?? datasets.slice(0, 1).map(({ id }) => id);
  const data = datasets.filter(({ id }) => ids.includes(id));
  const suggested = suggestionFor(data);
  const suggestion = suggested?.report?.suggestion;
  const choices = presetChoices('pretrain', presets, own);
  const named = (name: string | undefined) => choices.find((found) => found.name === name);
  const preset = named(draft.recipe) ?? named(suggestion?.recipe) ?? choices[0]!;
  const open = draft.recipe === undefined && suggestion?.recipe === preset.name;
  const images = countDistinctImages(data);
  const fits = open ? suggestedSettings(preset.recipe, suggestion!, images) : {};
  const divided = divisionOfSet(suggested);
  const settings: Readonly<Record<string, string>> = { ...divided, ...fits, ...draft.settings };
  return { data, preset, suggested, images, settings };
}

/** Whether the recipe is left to the suggestion of a scan that has not ended. */
export function awaitsSuggestion(
  { from, recipe }: PretrainDraft,
  { data, suggested }: PretrainChoice,
): boolean {
  const isScanning = data.some(({ state }) => state === 'scanning');
  return from === undefined && recipe === undefined && suggested === undefined && isScanning;
}

export function isSuggested({ preset, settings, suggested }: PretrainChoice): boolean {
  const suggestion = suggested?.report?.suggestion;
  if (suggestion === undefined || suggestion.recipe !== preset.name) return false;
  const { values } = checkRecipe('pretrain', preset.recipe, settings);
  const { imageSize, patchSize, channels = values['channels'] } = suggestion;
  return (
    values['image_size'] === imageSize &&
    values['patch_size'] === patchSize &&
    values['channels'] === channels
  );
}

/** Whether a preset of the user is trained; its name is the run's, unless that has one. */
const isOwn = ({ from }: PretrainDraft, { preset }: PretrainChoice) =>
  from === undefined && preset.changes !== undefined;

export function requestOf(draft: PretrainDraft, choice: PretrainChoice): RequestOf<'pretrain'> {
  const { preset } = choice;
  const knn = draft.knn.trim();
  const name = draft.name.trim() || (isOwn(draft, choice) ? preset.name : '');
  return {
    kind: 'pretrain',
    folders: choice.data.flatMap(({ folders }) => folders),
    ...exclusionOf(choice.data),
    ...(draft.from === undefined
      ? orderedRecipe('pretrain', preset, choice.settings)
      : {
          from: draft.from,
          settings: { ...divisionOfSet(choice.suggested), ...draft.settings },
        }),
    ...(draft.devices.length > 1
      ? { device: 'auto', devices: [...draft.devices] }
      : { device: draft.device, ...(draft.ranks > 1 ? { ranks: draft.ranks } : {}) }),
    ...(knn === '' ? {} : { knn }),
    ...(name === '' ? {} : { name }),
  };
}

/** The settings that affect the preview, as text. */
export function seenSettings(values: Settings): Record<string, string> {
  const seen = formFields('pretrain').filter((field) => field.seen && field.key in values);
  return Object.fromEntries(seen.map(({ key }) => [key, valueText(values[key])]));
}
