/** Lines of text that reports of all tasks have. */
import { percentText } from '../../contract/number-text.ts';
import type { IntervalEstimate } from '../../evaluation/bootstrap.ts';

const NAMED = 3;

/** @param width of the column of names */
export function lineMaker(width: number) {
  const line = (name: string, text: string) => `  ${name.padEnd(width)}  ${text}`;
  return {
    line,
    /** A score with its interval; no line for a score that is not defined. */
    score: (name: string, score: IntervalEstimate | null): string[] =>
      score === null ? [] : [line(name, withInterval(score))],
    /** The classes with the lowest scores, where there are several classes. */
    hardest<One extends { readonly name: string }>(
      classes: readonly One[],
      scoreName: string,
      scoreOf: (one: One) => number | null,
    ): string[] {
      if (classes.length <= 2) return [];
      const lowest = classes
        .flatMap((one) => {
          const score = scoreOf(one);
          return score === null ? [] : [{ name: one.name, score }];
        })
        .sort((a, b) => a.score - b.score)
        .slice(0, NAMED)
        .map(({ name, score }) => `${name} (${scoreName} ${percentText(score)})`);
      return [line('hardest', lowest.join(', '))];
    },
  };
}

function withInterval({ value, low, high }: IntervalEstimate): string {
  return `${percentText(value)}  (95 % interval ${percentText(low)} to ${percentText(high)})`;
}
