/** Pages of the objects of prediction jobs, and the same in other formats. */
import type { ObjectsOrder, SaveObjectsOrder, ToolOutput } from '../contract/tools.ts';
import { requireThere } from '../data/given/given-images.ts';
import { classColour, colourText } from '../data/targets/class-colours.ts';
import { errorCode } from '../disk/disk.ts';
import { ImageNames } from '../predictions/image-names.ts';
import { type Saved, saveObjects } from '../predictions/save-objects.ts';
import { ObjectsTable } from './objects-table.ts';

export class ObjectsReader {
  #table: ObjectsTable | undefined;

  /** @throws StudioError `predictions-missing` where the list is damaged */
  async page(order: ObjectsOrder): Promise<ToolOutput<'objectPredictions'>> {
    const { file, classes, offset, count, class: name, threshold } = order;
    const table = this.#table?.file === file ? this.#table : new ObjectsTable(file);
    this.#table = table;
    await table.refresh().catch((error: unknown) => {
      // Before the first image there is no list yet.
      if (errorCode(error) !== 'ENOENT') throw error;
    });
    // Taken before the next wait, during which other requests may read further images.
    const { count: all } = table;
    const rows = table.view(name, threshold);
    const counts = table.counts(classes, threshold);
    return {
      classes: classes.map((one, label) => ({
        name: one.name,
        colour: colourText(classColour(one, label)),
      })),
      all,
      total: rows.length,
      threshold,
      counts,
      items: await table.items(rows.slice(offset, offset + count), classes),
    };
  }
}

/** @throws StudioError `file-missing` where the images are gone, and as writing does */
export async function saveObjectsAs({ data, ...order }: SaveObjectsOrder): Promise<Saved> {
  const names = new ImageNames(data, await Promise.all(data.map(requireThere)));
  return saveObjects({ ...order, names });
}
