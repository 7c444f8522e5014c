/** What is typed of the division of large images into tiles, and the setting that it means. */
import {
  AUTO_GRID,
  readTiling,
  TILE_SIDE,
  tilingText,
} from '../../../../engine/contract/settings/tiling.ts';

export const DIVISIONS = {
  auto: 'Images above 268 million pixels',
  size: 'All images that are larger than a tile',
  off: 'None; images above 268 million pixels are left out',
} as const;
export type Division = keyof typeof DIVISIONS;

/** Numbers as they are typed; a field may be empty meanwhile. */
export interface TileFields {
  readonly division: Division;
  readonly size: number | string;
  readonly overlap: number | string;
  readonly level: number | string;
  readonly keepsEmpty: boolean;
}

export function tileFieldsOf(text: string): TileFields {
  const tiling = readTiling(text) ?? 'auto';
  const isNamed = tiling === 'auto' || tiling === 'off';
  const { size, overlap, level, keepsEmpty } = isNamed ? AUTO_GRID : tiling;
  return { division: isNamed ? tiling : 'size', size, overlap, level, keepsEmpty };
}

/** As recipes write it; undefined where something is wrong. */
export function tilesTextOf(fields: TileFields): string | undefined {
  const { division, size, overlap, level, keepsEmpty } = fields;
  if (division !== 'size') return division;
  if (Object.keys(tileProblems(fields)).length > 0) return undefined;
  const numbers = { size: Number(size), overlap: Number(overlap), level: Number(level) };
  return tilingText({ ...numbers, keepsEmpty });
}

/** What is wrong, by field. */
export function tileProblems({ division, size, overlap, level }: TileFields): {
  readonly size?: string;
  readonly overlap?: string;
  readonly level?: string;
} {
  if (division !== 'size') return {};
  const { min, max } = TILE_SIDE;
  const isWithin = (value: number | string, low: number, high: number) =>
    Number.isInteger(value) && Number(value) >= low && Number(value) <= high;
  return {
    ...(isWithin(size, min, max) ? {} : { size: `A whole number from ${min} to ${max}.` }),
    ...(isWithin(overlap, 0, Number(size) - 1) ? {} : { overlap: 'Less than the side of a tile.' }),
    ...(isWithin(level, 0, 99) ? {} : { level: 'A whole number; 0 is the image itself.' }),
  };
}
