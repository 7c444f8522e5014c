/** Which data set has the same images as what is asked for. */

import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { StudioError } from '../../contract/errors.ts';
import { type DivisionSettings, divisionOf } from '../../contract/settings/division.ts';
import type { Dataset } from '../../contract/studio/datasets.ts';
import { realPathOf } from '../folders/ask-disk.ts';
import { type AddOrder, divisionSettings } from './dataset-settings.ts';

type Wanted = AddOrder & Pick<Dataset, 'tiles' | 'stackChannels'>;

/** @throws StudioError `dataset-known` when one of the sets has these folders, labels and division */
export async function refuseKnown(sets: readonly Dataset[], wanted: Wanted): Promise<void> {
  const { kind, folders, several = false, dense, tiles, stackChannels } = wanted;
  const alike = sets.filter(
    (known) =>
      known.kind === kind &&
      (known.several ?? false) === several &&
      known.tiles === tiles &&
      known.stackChannels === stackChannels &&
      isDeepStrictEqual(known.dense, dense),
  );
  const matches = await Promise.all(alike.map((known) => areSameFolders(known.folders, folders)));
  const same = alike[matches.indexOf(true)];
  if (same !== undefined)
    throw new StudioError('dataset-known', `These images were added before, as “${same.name}”.`, {
      advice: 'Open it in the list, or scan it again if its images have changed.',
      details: { id: same.id },
    });
}

/** The data set with exactly these folders and lists of excluded images, so divided. */
export function findImages(
  sets: readonly Dataset[],
  folders: readonly string[],
  division: DivisionSettings,
  exclude: readonly string[],
): Dataset | undefined {
  const wantedDivision = divisionOf(division);
  const wanted = JSON.stringify(folders.map((folder) => path.resolve(folder)));
  return sets.find((set) => {
    const read = set.report?.imageFolders ?? set.folders;
    return (
      set.kind === 'images' &&
      isDeepStrictEqual(set.excluded === undefined ? [] : [set.excluded.file], exclude) &&
      isDeepStrictEqual(divisionOf(divisionSettings(set)), wantedDivision) &&
      JSON.stringify(read) === wanted
    );
  });
}

/** Whether both name the same places, in any order and through any links. */
async function areSameFolders(
  some: readonly string[],
  others: readonly string[],
): Promise<boolean> {
  const [a, b] = await Promise.all([placesOf(some), placesOf(others)]);
  return a.size === b.size && [...a].every((place) => b.has(place));
}

/** Links are resolved; a path that is missing, or whose disk does not answer, is taken as it is. */
async function placesOf(folders: readonly string[]): Promise<Set<string>> {
  const whole = folders.map((folder) => path.resolve(folder));
  return new Set(await Promise.all(whole.map((one) => realPathOf(one).catch(() => one))));
}
