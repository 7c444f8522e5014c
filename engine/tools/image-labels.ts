/** The dense labels of an image of a data set, as boxes and a picture of its areas. */
import sharp from 'sharp';
import type { ImageLabels } from '../contract/studio/datasets.ts';
import type { LabelsOrder } from '../contract/tools.ts';
import { classColour, colourText } from '../data/targets/class-colours.ts';
import { drawLabels } from '../data/targets/label-picture.ts';
import { readListedLabels } from './listed-labels.ts';
import type { ListingReader } from './listing.ts';

/** Objects of an image that are shown; more cover each other. */
const MOST_OBJECTS = 500;

/** @throws StudioError `listing-missing`, `listing-damaged`, `mask-unreadable` */
export async function imageLabels(
  reader: ListingReader,
  { listing, index, side }: LabelsOrder,
): Promise<ImageLabels> {
  const { image, meaning } = await reader.labelled(listing, index);
  const { width, height, labels = {} } = image;
  if (meaning === undefined) return { width, height, boxes: [] };
  const { classes } = meaning;
  const { objects: all = [], ...rest } = readListedLabels(labels);
  const objects = all.slice(0, MOST_OBJECTS);
  const picture = await drawLabels(meaning, { width, height, objects, ...rest }, side);
  const boxes = objects.map(({ label, box: [x, y, w, h], crowd }) => ({
    class: classes[label]!.name,
    colour: colourText(classColour(classes[label], label)),
    box: [x, y, w, h] as [number, number, number, number],
    crowd,
  }));
  if (picture === undefined) return { width, height, boxes };
  const { rgba, ...size } = picture;
  const bytes = await sharp(rgba, { raw: { ...size, channels: 4 } })
    .webp({ lossless: true, effort: 1 })
    .toBuffer();
  const areas = `data:image/webp;base64,${bytes.toString('base64')}`;
  return { width, height, boxes, areas };
}
