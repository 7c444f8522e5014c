/** The tiles of files as images of a set. */
import { countOf } from '../../../contract/number-text.ts';
import type { Sample, TileCounts } from '../../sources/index-types.ts';
import { tilePath } from '../../sources/locate.ts';
import { countUsed, partHash, type TiledFacts, tileSize, usedTile } from './tile-grid.ts';

/** One of the tiles of a file. @param file as one image @param number among the used tiles */
export function tileSample(file: Sample, facts: TiledFacts, number: number): Sample {
  const tile = usedTile(facts, number);
  return {
    ...file,
    path: tilePath(file.path, tile),
    ...tileSize(tile, facts),
    bytes: Math.round(file.bytes / countUsed(facts)),
    hash: partHash(file.hash, tile),
    fileHash: file.hash,
  };
}

/** @returns undefined where no file is divided */
export function countTiles(
  facts: Iterable<{ readonly tiles?: TiledFacts } | undefined>,
): TileCounts | undefined {
  const counts = { files: 0, tiles: 0, empty: 0 };
  for (const found of facts) {
    if (found?.tiles === undefined) continue;
    counts.files++;
    counts.tiles += countUsed(found.tiles);
    counts.empty += found.tiles.empty;
  }
  return counts.files === 0 ? undefined : counts;
}

/** A sentence with the counts, without its full stop. */
export function tilesText({ files, tiles, empty }: TileCounts): string {
  const left =
    empty === 0 ? '' : `; ${countOf(empty, 'empty tile is', 'empty tiles are')} left out`;
  return `${countOf(files, 'image is', 'images are')} read as ${countOf(tiles, 'tile')}${left}`;
}
