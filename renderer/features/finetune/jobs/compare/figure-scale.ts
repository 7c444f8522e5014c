/** Axis ticks of figures. */

/** Tick distances, each with the largest value for which it is used. */
const STEPS = [
  { step: 0.01, most: 0.05 },
  { step: 0.05, most: 0.25 },
  { step: 0.1, most: 0.6 },
  { step: 0.2, most: 1 },
  { step: 0.5, most: 3 },
  { step: 2, most: 12 },
] as const;

/** Ticks from 0 to a round value above the data. */
export function niceTicks(highest: number): number[] {
  const { step } = STEPS.find(({ most }) => highest <= most) ?? STEPS.at(-1)!;
  const lines = Math.ceil(highest / step - 1e-9);
  return Array.from({ length: Math.max(1, lines) + 1 }, (_, i) => Number((i * step).toFixed(2)));
}
