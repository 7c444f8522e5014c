/** What a run is told of large images that are divided. */

import { tilesText } from '../../data/pixels/tiles/tile-samples.ts';
import type { TileCounts } from '../../data/sources/index-types.ts';
import type { Notice } from '../../runs/events.ts';

export function tileNotices(tiles: TileCounts | undefined): Notice[] {
  return tiles === undefined ? [] : [{ code: 'images-tiled', message: `${tilesText(tiles)}.` }];
}
