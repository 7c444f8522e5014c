/** Colours of the points of a map by one of their columns. */
import { mapColour, mapShade } from '../../../../engine/contract/map-colours.ts';
import type { MapPoints } from '../../../../engine/contract/studio/index.ts';
import { pixelColour } from './draw-points.ts';

export const COLOUR_COLUMNS = [
  ['cluster', 'Cluster'],
  ['folder', 'Folder'],
  ['outlier', 'Outlier score'],
  ['similarity', 'Similarity of the nearest image'],
  ['size', 'Size'],
] as const;
export type ColourColumn = (typeof COLOUR_COLUMNS)[number][0];

export function decoded(text: string): Float32Array {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

export function coloursOf(columns: MapPoints['columns'], by: ColourColumn): Uint32Array {
  const values = decoded(columns[by]);
  if (by === 'cluster' || by === 'folder') return groupColours(values);
  // By rank, since a few extreme numbers would leave all others one colour.
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const colours = new Uint32Array(values.length);
  order.forEach((row, rank) => {
    colours[row] = pixelColour(mapShade(rank / Math.max(1, values.length - 1)));
  });
  return colours;
}

const NO_GROUP = pixelColour([150, 150, 150]);

/** Of images that are excluded from their data set. */
export const EXCLUDED = pixelColour([128, 128, 128], 110);

/** @param groups of each point; negative for none */
export function groupColours(groups: Float32Array): Uint32Array {
  return Uint32Array.from(groups, (group) =>
    group < 0 ? NO_GROUP : pixelColour(mapColour(group)),
  );
}

/** Rows by a column, the largest first. @param left rows that are left out */
export function largest(text: string, count: number, left: ReadonlySet<number>): number[] {
  const values = decoded(text);
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
  return [...order.subarray(0, count + left.size)].filter((row) => !left.has(row)).slice(0, count);
}
