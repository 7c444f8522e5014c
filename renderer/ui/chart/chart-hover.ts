/** Which measured value of a curve a cursor on a chart shows. */

/** Values at common steps: undefined where the curve was not measured, null where it cannot be drawn. */
export type AlignedValues = ArrayLike<number | null | undefined>;

/**
 * The measured value that is nearest to the cursor. Between two measured values a curve is drawn, so one
 * of them is shown; before the first and after the last one there is nothing to show.
 *
 * @param steps  common steps of all curves, in ascending order
 * @param values of one curve
 * @param at     index of the step at the cursor
 */
export function measuredAt(
  steps: ArrayLike<number>,
  values: AlignedValues,
  at: number,
): number | null {
  if (values[at] !== undefined) return at;
  const before = nextMeasured(values, at, -1);
  const after = nextMeasured(values, at, 1);
  if (before === undefined || after === undefined) return null;
  return steps[at]! - steps[before]! <= steps[after]! - steps[at]! ? before : after;
}

function nextMeasured(values: AlignedValues, at: number, by: -1 | 1): number | undefined {
  for (let i = at + by; i >= 0 && i < values.length; i += by) if (values[i] !== undefined) return i;
  return undefined;
}
