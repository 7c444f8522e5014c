/** What a run is told of large images that are divided. */
import type { TileCounts } from '../../data/index-types.ts';
import { tilesText } from '../../data/tiles/tile-samples.ts';
import type { Notice } from '../../runs/events.ts';

export function tileNotices(tiles: TileCounts | undefined): Notice[] {
  return tiles === undefined ? [] : [{ code: 'images-tiled', message: `${tilesText(tiles)}.` }];
}
