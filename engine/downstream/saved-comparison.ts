/** `compare.json`: what a comparison keeps of its settings and its trainings. */
import { defined } from '../contract/defined.ts';
import { scoresSchema } from '../contract/scores.ts';
import { DEFAULT_TASK } from '../contract/tasks.ts';
import type { CellResult, Comparison } from './comparison.ts';

export const COMPARISON_FILE = 'compare.json';

/** All settings that results depend on, and the results. */
export interface SavedComparison {
  readonly format: 1;
  readonly settings: unknown;
  readonly results: readonly CellResult[];
  /** Left out for classification. */
  readonly task?: string;
  /** Of the images of all cells; left out where there are none. */
  readonly warnings?: readonly string[];
}

export function savedTask({ task = DEFAULT_TASK }: SavedComparison): string {
  return task;
}

export function withWarnings(comparison: Comparison, { warnings }: SavedComparison): Comparison {
  return { ...comparison, ...defined({ warnings }) };
}

export function parseSaved(text: string): SavedComparison | undefined {
  try {
    const saved = JSON.parse(text) as Partial<SavedComparison> | null;
    if (saved?.format !== 1 || !Array.isArray(saved.results)) return undefined;
    const results = saved.results.map((cell) => scoresSchema.parse(cell) as CellResult);
    return { ...(saved as SavedComparison), results };
  } catch {
    return undefined;
  }
}
