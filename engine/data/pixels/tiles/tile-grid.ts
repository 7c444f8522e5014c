/** The tiles of a picture: which there are, and which of them are used. */

import { createHash } from 'node:crypto';
import type { StackChannels } from '../../../contract/settings/stack-channels.ts';
import type { TileGrid } from '../../../contract/settings/tiling.ts';
import type { Level } from '../../../images/stored-image.ts';
import type { Tile } from '../../sources/locate.ts';

/** What a scan remembers of a file that is read as tiles. */
export interface TiledFacts {
  /** the grid as text, by which facts of another one are told apart */
  readonly grid: string;
  readonly size: number;
  readonly overlap: number;
  readonly level: number;
  /** of the level, pixels */
  readonly width: number;
  readonly height: number;
  /** a bit for each tile, row after row, set where the tile is used; base64 */
  readonly used: string;
  /** tiles that show nothing and are left out */
  readonly empty: number;
}

type Grid = Pick<TileGrid, 'size' | 'overlap'>;

/**
 * Where the tiles of a row or column begin. The last one is moved inwards to the edge, so that all
 * tiles have one size and every pixel is in one.
 */
export function tileStarts(length: number, { size, overlap }: Grid): number[] {
  const count = length <= size ? 1 : Math.ceil((length - size) / (size - overlap)) + 1;
  return Array.from({ length: count }, (_, i) =>
    Math.max(0, Math.min(i * (size - overlap), length - size)),
  );
}

/** All tiles of a level, row after row. */
export function tilesOf({ width, height }: Level, grid: Grid & Pick<Tile, 'level'>): Tile[] {
  const { size, level } = grid;
  const columns = tileStarts(width, grid);
  return tileStarts(height, grid).flatMap((y) => columns.map((x) => ({ level, x, y, size })));
}

/** Of facts, the used tiles among all; large sets are asked for one tile at a time. */
const USED = new WeakMap<TiledFacts, Uint32Array>();

function usedPositions(facts: TiledFacts): Uint32Array {
  const known = USED.get(facts);
  if (known !== undefined) return known;
  const bits = Buffer.from(facts.used, 'base64');
  const positions: number[] = [];
  for (let i = 0; i < 8 * bits.length; i++) if ((bits[i >> 3]! >> (i & 7)) & 1) positions.push(i);
  const used = Uint32Array.from(positions);
  USED.set(facts, used);
  return used;
}

export function countUsed(facts: TiledFacts): number {
  return usedPositions(facts).length;
}

/** One of the used tiles, from 0. */
export function usedTile(facts: TiledFacts, number: number): Tile {
  const { level, size, width, height } = facts;
  const position = usedPositions(facts)[number]!;
  const columns = tileStarts(width, facts);
  const x = columns[position % columns.length]!;
  const y = tileStarts(height, facts)[Math.floor(position / columns.length)]!;
  return { level, x, y, size };
}

export function usedBits(used: readonly boolean[]): string {
  const bits = Buffer.alloc(Math.ceil(used.length / 8));
  for (const [i, isUsed] of used.entries()) if (isUsed) bits[i >> 3]! |= 1 << (i & 7);
  return bits.toString('base64');
}

/** Size of a tile in pixels of its level, less than the side where the level is smaller. */
export function tileSize({ x, y, size }: Tile, { width, height }: Level): Level {
  return { width: Math.min(size, width - x), height: Math.min(size, height - y) };
}

/** Identity of a part of a file, by that of the file's content. */
export function partHash(fileHash: string, part: number | StackChannels | Tile): string {
  const mark =
    typeof part !== 'object' ? part : `tile=${part.level},${part.x},${part.y},${part.size}`;
  return createHash('sha256').update(`${fileHash}#${mark}`).digest('hex');
}
