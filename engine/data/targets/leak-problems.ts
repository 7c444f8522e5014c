/** Leaks between the splits of a set in words. */
import type { Leak } from '../labelled/leaks.ts';

interface LeakProblem {
  readonly message: string;
  readonly count: number;
  readonly items: readonly string[];
}

/** None without leaks. */
export function leakProblems(leaks: readonly Leak[]): LeakProblem[] {
  if (leaks.length === 0) return [];
  return [
    {
      message: `Validation images that are also among the training images: ${leaks.length}`,
      count: leaks.length,
      items: leaks.map(({ path, foundIn, kind }) => `${path} = ${foundIn} (${kind})`),
    },
  ];
}
