/** What a scan finds in a file that is read as tiles; of its pixels only the smallest copy is read. */
import { isStudioError, StudioError } from '../../../contract/errors.ts';
import { countOf } from '../../../contract/number-text.ts';
import type { Division } from '../../../contract/settings/division.ts';
import {
  AUTO_GRID,
  type TileGrid,
  type Tiling,
  tilingText,
} from '../../../contract/settings/tiling.ts';
import type { StoredKind } from '../../../contract/stored-kind.ts';
import { readerOf } from '../../../images/readers.ts';
import type { ByteSource, Level, StoredImage } from '../../../images/stored-image.ts';
import type { Tile } from '../../sources/locate.ts';
import { choicesFor } from '../stored/read-choices.ts';
import { storedKind } from '../stored/stored-kind.ts';
import { showSomething } from './flat-tiles.ts';
import { type TiledFacts, tileSize, tilesOf, usedBits } from './tile-grid.ts';

export interface ProbedTiles {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly stored: StoredKind;
  readonly tiles: TiledFacts;
}

export interface TileOrder extends Division {
  readonly pixelLimit: number;
}

/**
 * @param head the first bytes of the file
 * @returns undefined for a file that is not read as tiles
 * @throws StudioError with the reason in `details`
 */
export async function probeTiles(
  source: ByteSource,
  head: Uint8Array,
  { tiles, stacks, pixelLimit }: TileOrder,
): Promise<ProbedTiles | undefined> {
  const reader = tiles === 'off' ? undefined : readerOf(head);
  if (reader?.readsRegions !== true) return undefined;
  const image = await openedBy(reader.open(source, choicesFor({}, stacks)));
  const grid = image && gridFor(image, tiles, pixelLimit);
  if (image === undefined || grid === undefined) return undefined;
  const { format, width, height } = image;
  return { format, width, height, stored: storedKind(image), tiles: await dividedBy(image, grid) };
}

/**
 * Whether facts of an earlier scan say how the file is divided now. Files that no scan divided are
 * looked at again where they may be divided now.
 */
export function isStillDivided(
  known: {
    readonly width: number;
    readonly height: number;
    readonly format: string;
    readonly stored?: StoredKind;
    readonly tiles?: TiledFacts;
  },
  { tiles, pixelLimit }: TileOrder,
): boolean {
  const isTooLarge = known.width * known.height > pixelLimit;
  const grid = tiles === 'off' || (tiles === 'auto' && !isTooLarge) ? undefined : gridOf(tiles);
  if (known.tiles !== undefined) return grid !== undefined && known.tiles.grid === tilingText(grid);
  if (isTooLarge) return false;
  return (
    grid === undefined ||
    known.format !== 'tiff' ||
    known.stored?.pictures !== undefined ||
    isWithin(known, grid)
  );
}

function gridOf(tiles: Tiling): TileGrid {
  return typeof tiles === 'string' ? AUTO_GRID : tiles;
}

function isWithin({ width, height }: Level, { size }: TileGrid): boolean {
  return Math.max(width, height) <= size;
}

/** What cannot be opened so is examined like other files, which names the reason. */
async function openedBy(opening: Promise<StoredImage>): Promise<StoredImage | undefined> {
  try {
    return await opening;
  } catch (error) {
    if (isStudioError(error)) return undefined;
    throw error;
  }
}

/** The grid of a file; undefined where it is read whole. */
function gridFor(
  { width, height, samples, levels }: StoredImage,
  tiles: Tiling,
  pixelLimit: number,
): TileGrid | undefined {
  const isTooLarge = width * height > pixelLimit;
  const grid = gridOf(tiles);
  const isDivided = typeof tiles !== 'string' && !isWithin({ width, height }, grid);
  if (samples > 1 || !(isTooLarge || isDivided)) return undefined;
  if (levels[grid.level] === undefined)
    throw notDivided(
      `it has ${countOf(levels.length - 1, 'smaller copy', 'smaller copies')}, and tiles=${tilingText(grid)} asks for number ${grid.level}`,
    );
  return grid;
}

async function dividedBy(image: StoredImage, grid: TileGrid): Promise<TiledFacts> {
  const { size, overlap, level, keepsEmpty } = grid;
  const { width, height } = image.levels[level]!;
  const tiles = tilesOf({ width, height }, grid);
  const used = keepsEmpty ? tiles.map(() => true) : await showSomething(image, tiles);
  const empty = used.filter((isUsed) => !isUsed).length;
  if (empty === tiles.length)
    throw notDivided(
      `all its ${countOf(empty, 'tile')} are empty; tiles=${tilingText({ ...grid, keepsEmpty: true })} keeps them`,
    );
  await readFirst(image, tiles[used.indexOf(true)]!);
  return {
    grid: tilingText(grid),
    ...{ size, overlap, level, width, height, empty },
    used: usedBits(used),
  };
}

/** Copies may be readable where the picture is not, such as one strip of too many bytes. */
async function readFirst(image: StoredImage, tile: Tile): Promise<void> {
  const region = { left: tile.x, top: tile.y, ...tileSize(tile, image.levels[tile.level]!) };
  await image.read(0, region, tile.level);
}

function notDivided(reason: string): StudioError {
  return new StudioError('image-unsupported', `The image cannot be divided into tiles: ${reason}`, {
    details: { reason: `image cannot be divided into tiles: ${reason}` },
  });
}
