/** Operations on the range of steps that the charts show. */
import type { StepRange } from '../../ui/chart.tsx';

/** Move the range by half its length to earlier (-1) or later (1) steps, within `all`. */
export function panned(range: StepRange, towards: -1 | 1, all: StepRange): StepRange {
  const length = range[1] - range[0];
  const by = Math.max(1, Math.round(length / 2)) * towards;
  const from = Math.min(Math.max(all[0], range[0] + by), Math.max(all[0], all[1] - length));
  return [from, from + length];
}

/** Zoom around the middle of the range; undefined when it would show all steps. */
export function zoomed(range: StepRange, factor: 0.5 | 2, all: StepRange): StepRange | undefined {
  const length = Math.max(2, Math.round((range[1] - range[0]) * factor));
  if (length >= all[1] - all[0]) return undefined;
  const middle = (range[0] + range[1]) / 2;
  const from = Math.round(
    Math.min(Math.max(all[0], middle - length / 2), Math.max(all[0], all[1] - length)),
  );
  return [from, from + length];
}

/** Parse the typed range; undefined when it is invalid. */
export function typedRange(from: string, to: string): StepRange | undefined {
  const read = (text: string) => {
    const plain = text.replaceAll(/[,\s]/g, '');
    return /^\d+$/.test(plain) ? Number(plain) : Number.NaN;
  };
  const range = [read(from), read(to)] as const;
  return range[1] > range[0] ? range : undefined;
}
