/** A comparison from its folder, with all that its table and figures show. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { ifMissing } from '../disk/disk.ts';
import { labelledTask } from '../tasks/register.ts';
import { type Comparison, comparisonOf } from './comparison.ts';
import { COMPARISON_FILE, parseSaved, savedTask, withWarnings } from './saved-comparison.ts';

export interface FoundComparison {
  readonly comparison: Comparison;
  /** As the network and the labelled images were given. */
  readonly about: { readonly from?: string; readonly train?: string; readonly val?: string };
}

/** @throws StudioError `comparison-missing` */
export async function readComparison(folder: string): Promise<FoundComparison> {
  const file = path.join(folder, COMPARISON_FILE);
  const text = await ifMissing(readFile(file, 'utf8'), undefined);
  const saved = text === undefined ? undefined : parseSaved(text);
  if (saved === undefined || saved.results.length === 0)
    throw new StudioError(
      'comparison-missing',
      `${file} holds no results of a comparison, or cannot be understood.`,
      {
        advice: 'Give the folder of a comparison, which conmim compare --out names.',
        details: { path: folder },
      },
    );
  const task = await labelledTask(savedTask(saved));
  const comparison = withWarnings(comparisonOf(saved.results, task), saved);
  return { comparison, about: aboutOf(saved.settings) };
}

interface SavedSettings {
  readonly from?: { readonly reference?: unknown };
  readonly labelled?: { readonly train?: unknown; readonly val?: unknown };
}

function aboutOf(settings: unknown): FoundComparison['about'] {
  const { from, labelled } = (settings ?? {}) as SavedSettings;
  const texts = Object.entries({
    from: from?.reference,
    train: labelled?.train,
    val: labelled?.val,
  }).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts);
}
