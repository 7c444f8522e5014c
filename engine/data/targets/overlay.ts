/** An image with its labels drawn over it: classes as colours, boxes and outlines as lines. */
import type { BoxXywh } from '../../geometry/box.ts';
import { rasterisePolygons } from '../../geometry/rasterise.ts';
import { decodeMask } from '../../geometry/run-length.ts';
import { decodeImage } from '../decode.ts';
import type { RgbImage } from '../image.ts';
import type { DenseImage, DenseSet, ObjectMask, Rgb } from './dense-types.ts';
import { IGNORED } from './masks/mask-values.ts';
import { fromPalette } from './masks/voc-palette.ts';
import { readClassMap } from './read-class-map.ts';

/** Share of the colour of a class over the image. */
const COVER = 0.5;
/** Ignored pixels are shown in this colour. */
const WHITE: Rgb = [255, 255, 255];

/** Of the palette the colours from 1 on, since the first is black. */
function colourOf({ classes }: DenseSet, label: number): Rgb {
  return classes[label]?.colour ?? fromPalette((label % 255) + 1);
}

/** @throws StudioError `image-unreadable`, `mask-unreadable` */
export async function drawOverlay(set: DenseSet, image: DenseImage): Promise<RgbImage> {
  const shown = await decodeImage(image.path);
  const drawn = { ...shown, data: Uint8Array.from(shown.data) };
  if (set.values !== undefined) {
    const { classes } = await readClassMap(set, image);
    for (const [i, label] of classes.entries())
      blend(drawn, i, label === IGNORED ? WHITE : colourOf(set, label), COVER);
  }
  for (const { label, box, mask } of image.objects ?? []) {
    const colour = colourOf(set, label);
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
