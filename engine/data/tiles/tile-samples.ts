/** The tiles of files as images of a set. */
import { countOf } from '../../contract/number-text.ts';
import type { Sample, TileCounts } from '../index-types.ts';
import { tilePath } from '../locate.ts';
import { partHash, type TiledFacts, tileSize, usedTiles } from './tile-grid.ts';

/** @param file as one image */
export function tileSamples(file: Sample, facts: TiledFacts): Sample[] {
  const used = usedTiles(facts);
  const bytes = Math.round(file.bytes / used.length);
  return used.map((tile) => ({
    ...file,
    path: tilePath(file.path, tile),
    ...tileSize(tile, facts),
    bytes,
    hash: partHash(file.hash, tile),
  }));
}

/** @returns undefined where no file is divided */
export function countTiles(
  facts: Iterable<{ readonly tiles?: TiledFacts } | undefined>,
): TileCounts | undefined {
  const counts = { files: 0, tiles: 0, empty: 0 };
  for (const found of facts) {
    if (found?.tiles === undefined) continue;
    counts.files++;
    counts.tiles += usedTiles(found.tiles).length;
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
