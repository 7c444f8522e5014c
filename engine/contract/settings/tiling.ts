/** How large images are divided into tiles, as recipes and `scan --tiles` write it. */

/** A grid over a level of a picture: squares of `size`, which share `overlap` pixels with the next. */
export interface TileGrid {
  readonly size: number;
  readonly overlap: number;
  /** 0 is the picture itself; others are smaller copies that the file has of it */
  readonly level: number;
  /** whether tiles that show nothing are kept */
  readonly keepsEmpty: boolean;
}

/** `auto` divides the images that are too large to be read whole; `off` refuses these. */
export type Tiling = 'auto' | 'off' | TileGrid;

/** Of images that are too large, where nothing else is asked for. */
export const AUTO_GRID: TileGrid = { size: 512, overlap: 0, level: 0, keepsEmpty: false };

/** Bounds of a tile's side. */
export const TILE_SIDE = { min: 16, max: 8192 } as const;

export const TILING_ALLOWED = `auto, off, or SIZE pixels from ${TILE_SIDE.min} to ${TILE_SIDE.max}, with +OVERLAP, @LEVEL and ,all as wanted, such as 512 or 512+64@1,all`;

const FORM = /^(\d{1,5})(?:\+(\d{1,5}))?(?:@(\d{1,2}))?(,all)?$/;

/** @returns undefined for other texts */
export function readTiling(text: string): Tiling | undefined {
  const word = text.toLowerCase().replaceAll(/\s/g, '');
  if (word === 'auto' || word === 'off') return word;
  const found = FORM.exec(word);
  if (found === null) return undefined;
  const [size, overlap, level] = [found[1], found[2] ?? 0, found[3] ?? 0].map(Number) as [
    number,
    number,
    number,
  ];
  if (size < TILE_SIDE.min || size > TILE_SIDE.max || overlap >= size) return undefined;
  return { size, overlap, level, keepsEmpty: found[4] !== undefined };
}

/** As `readTiling` reads it, without what is left as usual. */
export function tilingText(tiling: Tiling): string {
  if (typeof tiling === 'string') return tiling;
  const { size, overlap, level, keepsEmpty } = tiling;
  const more = `${overlap > 0 ? `+${overlap}` : ''}${level > 0 ? `@${level}` : ''}`;
  return `${size}${more}${keepsEmpty ? ',all' : ''}`;
}
