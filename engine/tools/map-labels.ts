/** Labels of the images on a map: those of a labelled set, and those that the images are given. */
import type {
  LabelledList,
  MapClassesOrder,
  NameOnMapOrder,
  ToolOutput,
} from '../contract/tools.ts';
import { changeLabelList } from './label-list.ts';
import type { ListingReader } from './listing.ts';
import type { MapReader } from './map-reader.ts';

const PAGE = 1000;

/** Classes of a scanned set, and for each row of the map its position among them; -1 for others. */
export async function mapClasses(
  maps: Pick<MapReader, 'allPaths'>,
  lists: Pick<ListingReader, 'page'>,
  { listing, ...map }: MapClassesOrder,
): Promise<ToolOutput<'mapClasses'>> {
  const paths = await maps.allPaths(map);
  const rows = new Map(paths.map((file, row) => [file, row]));
  const column = new Float32Array(paths.length).fill(-1);
  const classes = new Map<string, number>();
  let labelled = 0;
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const page = await lists.page({ listing, offset, count: PAGE });
    total = page.total;
    for (const { path, class: label } of page.items) {
      const row = rows.get(path);
      if (row === undefined || label === undefined) continue;
      if (!classes.has(label)) classes.set(label, classes.size);
      column[row] = classes.get(label)!;
      labelled++;
    }
  }
  return {
    classes: [...classes.keys()],
    labelled,
    column: Buffer.from(column.buffer).toString('base64'),
  };
}

/** @throws StudioError as `changeLabelList` does */
export async function nameOnMap(
  maps: Pick<MapReader, 'paths'>,
  { labels, classes, ...map }: NameOnMapOrder,
): Promise<LabelledList> {
  const changes = [];
  for (const { label, rows } of classes) {
    const { paths } = await maps.paths({ ...map, rows });
    changes.push(...paths.map((path) => ({ path, labels: [label] })));
  }
  return changeLabelList(labels, changes, false);
}
