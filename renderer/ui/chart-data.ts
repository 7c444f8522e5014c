/** Curves as a chart, a table and a sentence. */

export interface Curve {
  readonly label: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** Points without a line between them. */
  readonly points?: boolean;
  /** A line to compare with, such as chance. */
  readonly reference?: boolean;
}

/**
 * A smoothed curve: exponential moving average, corrected for its start, so that the first values are
 * not pulled towards zero.
 *
 * @param weight of the past, 0 to 1
 */
export function smooth(values: readonly number[], weight: number): number[] {
  let mean = 0;
  let share = 0;
  return values.map((value) => {
    mean = weight * mean + (1 - weight) * value;
    share = weight * share + (1 - weight);
    return mean / share;
  });
}

/** One row a step, one column a curve; empty where a curve has no value at a step. */
export function curvesCsv(curves: readonly Curve[]): string {
  const rows = new Map<number, (number | undefined)[]>();
  for (const [column, { steps, values }] of curves.entries())
    for (const [i, step] of steps.entries()) {
      const row = rows.get(step) ?? new Array<number | undefined>(curves.length).fill(undefined);
      row[column] = values[i];
      rows.set(step, row);
    }
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const head = ['step', ...curves.map(({ label }) => quote(label))];
  const body = [...rows]
    .sort(([a], [b]) => a - b)
    .map(([step, row]) => [step, ...row.map((value) => value ?? '')]);
  return `${[head, ...body].map((row) => row.join(',')).join('\n')}\n`;
}

/** What a curve did, for those who do not see it. */
export function curveSummary(
  { label, steps, values }: Curve,
  text: (value: number) => string,
): string {
  if (values.length === 0) return `${label}: nothing measured yet.`;
  const [first, last] = [values[0]!, values.at(-1)!];
  if (values.length === 1) return `${label}: ${text(first)} at step ${steps[0]}.`;
  const change = last < first ? 'fell' : last > first ? 'rose' : 'stayed';
  const ends = change === 'stayed' ? `at ${text(last)}` : `from ${text(first)} to ${text(last)}`;
  return `${label} ${change} ${ends} between steps ${steps[0]} and ${steps.at(-1)}.`;
}
