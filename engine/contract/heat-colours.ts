/** Colours of a share from 0 to 1: evenly rising in lightness, and told apart by the colour-blind. */
export type HeatColour = readonly [red: number, green: number, blue: number];

/** Evenly spaced points of matplotlib's “inferno” (S. van der Walt, N. Smith, CC0). */
const POINTS: readonly HeatColour[] = [
  [0, 0, 4],
  [27, 12, 65],
  [74, 12, 107],
  [120, 28, 109],
  [165, 44, 96],
  [207, 68, 70],
  [237, 105, 37],
  [251, 155, 6],
  [247, 209, 61],
  [252, 255, 164],
];

/** @param share values outside 0 to 1 have the colour of the nearer end */
export function heatColour(share: number): HeatColour {
  const at = Math.min(Math.max(share, 0), 1) * (POINTS.length - 1);
  const below = Math.min(Math.floor(at), POINTS.length - 2);
  const [from, to] = [POINTS[below]!, POINTS[below + 1]!];
  const mixed = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * (at - below));
  return [mixed(0), mixed(1), mixed(2)];
}
