/** An image with its labels drawn over it: classes as colours, boxes and outlines as lines. */
import type { BoxXywh } from '../../geometry/box.ts';
import { rasterisePolygons } from '../../geometry/rasterise.ts';
import { decodeMask } from '../../geometry/run-length.ts';
import type { RgbImage } from '../pixels/image.ts';
import { decodeShown } from '../pixels/stored/shown.ts';
import { classColour } from './class-colours.ts';
import type { DenseImage, DenseSet, ObjectMask, Rgb } from './dense-types.ts';
import { type ClassMap, IGNORED } from './masks/mask-values.ts';
import { readClassMap } from './read-class-map.ts';

/** Share of the colour of a class over the image. */
const COVER = 0.5;
/** Ignored pixels are shown in this colour. */
const WHITE: Rgb = [255, 255, 255];

/** What is drawn over an image. */
export interface Drawn {
  readonly map?: ClassMap | undefined;
  readonly objects?:
    | readonly { readonly label: number; readonly box: BoxXywh; readonly mask?: ObjectMask }[]
    | undefined;
}

/** @throws StudioError `image-unreadable`, `mask-unreadable` */
export async function drawOverlay(set: DenseSet, image: DenseImage): Promise<RgbImage> {
  const shown = await decodeShown(image.path);
  const map = set.values === undefined ? undefined : await readClassMap(set, image);
  const { objects } = image;
  return drawOver(shown, { map, objects }, (label) => classColour(set.classes[label], label));
}

/** @param colourOf a class; undefined for one that is not drawn */
export function drawOver(
  shown: RgbImage,
  { map, objects = [] }: Drawn,
  colourOf: (label: number) => Rgb | undefined,
): RgbImage {
  const drawn = { ...shown, data: Uint8Array.from(shown.data) };
  for (const [i, label] of map?.classes.entries() ?? []) {
    const colour = label === IGNORED ? WHITE : colourOf(label);
    if (colour !== undefined) blend(drawn, i, colour, COVER);
  }
  for (const { label, box, mask } of objects) {
    const colour = colourOf(label);
    if (colour === undefined) continue;
    if (mask !== undefined) fill(drawn, mask, colour);
    frame(drawn, box, colour);
  }
  return drawn;
}

function blend({ data }: RgbImage, pixel: number, colour: Rgb, share: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const at = pixel * 3 + channel;
    data[at] = Math.round((1 - share) * data[at]! + share * colour[channel]!);
  }
}

function fill(image: RgbImage, mask: ObjectMask, colour: Rgb): void {
  const { width, height } = image;
  const runs = 'runs' in mask ? mask.runs : rasterisePolygons(mask.polygons, height, width);
  for (const [i, value] of decodeMask(runs).entries())
    if (value === 1) blend(image, i, colour, COVER);
}

/** A line of one pixel along the inner border of a box. */
function frame(image: RgbImage, [left, top, width, height]: BoxXywh, colour: Rgb): void {
  const within = (value: number, size: number) =>
    Math.min(Math.max(Math.floor(value), 0), size - 1);
  const [x0, x1] = [within(left, image.width), within(left + width - 1, image.width)];
  const [y0, y1] = [within(top, image.height), within(top + height - 1, image.height)];
  for (let x = x0; x <= x1; x++)
    for (const y of [y0, y1]) blend(image, y * image.width + x, colour, 1);
  for (let y = y0; y <= y1; y++)
    for (const x of [x0, x1]) blend(image, y * image.width + x, colour, 1);
}
