/** Which images of a map are excluded from data sets by now. */
import type { MapExcludedOrder, ToolOutput } from '../contract/tools.ts';
import { readExcluded } from '../data/given/excluded-images.ts';
import { markedFile } from '../data/sources/locate.ts';
import type { MapReader } from './map-reader.ts';

/** @throws StudioError `list-invalid` */
export async function excludedOnMap(
  maps: Pick<MapReader, 'allPaths'>,
  { lists, ...map }: MapExcludedOrder,
): Promise<ToolOutput<'mapExcluded'>> {
  const paths = await maps.allPaths(map);
  const excluded = await readExcluded(lists, false);
  // An excluded file is so with all its pictures and tiles.
  const isExcluded = (at: string) => excluded.has(at) || excluded.has(markedFile(at) ?? at);
  return { rows: paths.flatMap((at, row) => (isExcluded(at) ? [row] : [])) };
}
