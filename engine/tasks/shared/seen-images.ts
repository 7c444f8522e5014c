/** Notes about evaluated images that the network has seen before, which makes scores too high. */
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { findLeaks } from '../../data/labelled/leaks.ts';
import type { Sample } from '../../data/sources/index-types.ts';
import type { LazyList } from '../../data/sources/lazy-list.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import { leakNotices, pretrainingImages } from './training-sets.ts';

/**
 * A note for each set of its trainings in which evaluated images occur. Sets that are gone cannot be
 * checked, which is noted and fails nothing.
 *
 * @param learnt what the network was trained on; undefined where its run is not here
 * @param trainingSamples the images of `learnt`
 */
export async function seenImageNotes(
  workspace: string,
  evaluated: LazyList<Sample>,
  learnt: LabelledSpec | undefined,
  trainingSamples: (learnt: LabelledSpec) => Promise<LazyList<Sample>>,
): Promise<string[]> {
  if (learnt === undefined) return [];
  const notes: string[] = [];
  const seen = await pretrainingImages(learnt, path.resolve(workspace, 'datasets'), undefined);
  const against = [...seen.sets];
  try {
    against.unshift({ name: 'the training images', samples: await trainingSamples(learnt) });
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    notes.push(`Whether evaluated images were trained on cannot be checked: ${error.message}`);
  }
  const leaks = findLeaks({ evaluation: { samples: evaluated }, against });
  const found = leakNotices(leaks, evaluated.length, false);
  return [...notes, ...[...seen.warnings, ...found].map(({ message }) => message)];
}
