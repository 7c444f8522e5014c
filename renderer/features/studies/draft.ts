/** State of the form of studies, which is kept while another page is shown. */
import { create } from 'zustand';
import { isStudioError } from '../../../engine/contract/errors.ts';
import type { SettingValues } from '../../../engine/contract/settings/setting.ts';
import type { Dataset, RequestOf } from '../../../engine/contract/studio/index.ts';
import { roundsOf, trainingCount } from '../../../engine/contract/study/rounds.ts';
import type { Search } from '../../../engine/contract/study/study.ts';
import { readVary, type Vary } from '../../../engine/contract/study/vary.ts';
import { exclusionOf } from '../../ui/image-folders.ts';
import { orderedRecipe, type PresetChoice } from '../../ui/presets/preset-choice.ts';
import { checkRecipe } from '../../ui/recipe-form/recipe-kind.ts';

/** A varied setting as it is typed. */
export interface VariedSetting {
  readonly key: string;
  /** Values with commas between, or a range. */
  readonly values: string;
}

export const EMPTY_STUDY_DRAFT = {
  /** Ids; undefined for the first data set. */
  datasets: undefined as readonly string[] | undefined,
  recipe: 'micro',
  /** Changes of the recipe that all trainings have. */
  settings: {} as Readonly<Record<string, string>>,
  steps: 300,
  varied: [{ key: 'temperature', values: '0.05, 0.1, 0.2' }] as readonly VariedSetting[],
  search: 'grid' as Search,
  trials: 12,
  seeds: 3,
  train: '',
  eval: '',
  k: 20,
  device: 'auto',
};
export type StudyDraft = Readonly<typeof EMPTY_STUDY_DRAFT>;

export const useStudyDraft = create<StudyDraft>(() => EMPTY_STUDY_DRAFT);

export function changeStudyDraft(change: Partial<StudyDraft>): void {
  useStudyDraft.setState(change);
}

/** The data sets to train on; by default the first without labels, which is none to evaluate on. */
export function chosenOf({ datasets: ids }: StudyDraft, all: readonly Dataset[]) {
  if (ids !== undefined) return all.filter(({ id }) => ids.includes(id));
  const first = all.find(({ kind }) => kind === 'images') ?? all[0];
  return first === undefined ? [] : [first];
}

/** Whether a set that is evaluated lies in a folder that is trained on. */
export function isTrainedOn(evaluated: string, data: readonly Dataset[]): boolean {
  if (evaluated === '') return false;
  return data.some(({ folders }) =>
    folders.some((folder) => evaluated === folder || /^[\\/]/.test(restOf(evaluated, folder))),
  );
}

/** What follows a folder in a path; empty for other paths. */
function restOf(path: string, folder: string): string {
  return path.startsWith(folder) ? path.slice(folder.length) : '';
}

/** As `--vary` takes it. */
export function varyText({ key, values }: VariedSetting): string {
  const parts = values
    .split(values.includes('|') ? '|' : ',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  return `${key}=${parts.join(values.includes('|') ? '|' : ',')}`;
}

/** What is wrong with the values of a setting, in words; undefined where nothing is. */
export function problemOf(varied: VariedSetting, recipe: SettingValues): string | undefined {
  let vary: Vary;
  try {
    vary = readVary(varyText(varied));
  } catch (error) {
    if (!isStudioError(error, 'usage')) throw error;
    return 'Values with commas between, such as 0.05, 0.1, or a range, such as 0.05..0.2.';
  }
  const { values, range } = vary;
  const tried = values?.map(([value]) => value!) ?? [String(range!.low), String(range!.high)];
  for (const value of tried) {
    const problem = checkRecipe('pretrain', recipe, { [varied.key]: value }).problems[varied.key];
    if (problem !== undefined) return `${value} ${problem}`;
  }
  return undefined;
}

/** How many trainings the study has; undefined while a setting is wrong. */
export function trainingsOf({ varied, search, trials, seeds, steps }: StudyDraft) {
  const counts = varied.map((one) => {
    try {
      return readVary(varyText(one)).values?.length;
    } catch {
      return undefined;
    }
  });
  const all = counts.reduce<number | undefined>(
    (product, count) =>
      product === undefined || count === undefined ? undefined : product * count,
    1,
  );
  const combinations = search === 'grid' ? all : Math.min(trials, all ?? trials);
  if (combinations === undefined) return undefined;
  const rounds = search === 'halving' ? roundsOf(steps, combinations).length : 1;
  return trainingCount({ trials: combinations, rounds, seeds });
}

export function requestOf(
  draft: StudyDraft,
  { data, preset }: { readonly data: readonly Dataset[]; readonly preset: PresetChoice },
): RequestOf<'study'> {
  const { settings, varied, search, trials, seeds, steps, train, eval: asked, k, device } = draft;
  const ordered = orderedRecipe('pretrain', preset, { ...settings, steps: String(steps) });
  return {
    kind: 'study',
    folders: data.flatMap(({ folders }) => folders),
    ...exclusionOf(data),
    ...ordered,
    vary: varied.map(varyText),
    search,
    ...(search === 'grid' ? {} : { trials }),
    seeds,
    judge: 'knn',
    train: train.trim(),
    eval: asked.trim(),
    k,
    device,
  };
}
