/**
 * The labels of an image as a picture to lie over it: classes in their colours, areas of objects with
 * their outlines. What has no label, and the background, is transparent.
 */
import { isBackground } from '../../contract/class-labels.ts';
import type { Size } from '../pixels/decode.ts';
import { classColour } from './class-colours.ts';
import type { DenseClass, DenseImage, DenseObject, MaskValues, Rgb } from './dense-types.ts';
import { IGNORED } from './masks/mask-values.ts';
import { readClassMap } from './read-class-map.ts';
import { areaIn, sourcePixels } from './scaled-labels.ts';

export interface LabelPicture extends Size {
  /** [height, width, 4] */
  readonly rgba: Uint8Array;
}

/** Pixels that are neither learnt nor judged. */
const IGNORED_COLOUR: Rgb = [255, 255, 255];
/** Of 255, where an object lies; its outline is opaque. */
const INSIDE = 130;

/**
 * @param side length of the longer side; smaller images are not enlarged
 * @returns undefined for an image without areas
 * @throws StudioError `mask-unreadable`
 */
export async function drawLabels(
  set: { readonly classes: readonly DenseClass[]; readonly values?: MaskValues | undefined },
  image: Pick<DenseImage, 'mask' | 'objects' | 'width' | 'height'>,
  side: number,
): Promise<LabelPicture | undefined> {
  const factor = Math.min(1, side / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * factor));
  const height = Math.max(1, Math.round(image.height * factor));
  const picture = { width, height, rgba: new Uint8Array(width * height * 4) };
  if (image.mask !== undefined) {
    await drawClasses(picture, set, image);
    return picture;
  }
  const areas = (image.objects ?? []).filter(({ mask }) => mask !== undefined);
  for (const object of areas) drawObject(picture, image, object, set.classes);
  return areas.length === 0 ? undefined : picture;
}

async function drawClasses(
  picture: LabelPicture,
  { classes, values }: Parameters<typeof drawLabels>[0],
  image: Parameters<typeof drawLabels>[1],
): Promise<void> {
  const map = await readClassMap(values === undefined ? {} : { values }, image);
  for (const [at, from] of sourcePixels(picture, map)) {
    const label = map.classes[from]!;
    if (label !== IGNORED && isBackground(classes[label]!)) continue;
    paint(
      picture,
      at,
      label === IGNORED ? IGNORED_COLOUR : classColour(classes[label], label),
      255,
    );
  }
}

function drawObject(
  picture: LabelPicture,
  image: Size,
  { label, mask }: DenseObject,
  classes: readonly DenseClass[],
): void {
  const { width, height } = picture;
  const inside = areaIn(mask!, picture, image);
  const colour = classColour(classes[label], label);
  for (let at = 0; at < inside.length; at++) {
    if (inside[at] === 0) continue;
    const x = at % width;
    const isInner =
      x > 0 &&
      x < width - 1 &&
      at >= width &&
      at < width * (height - 1) &&
      inside[at - 1] === 1 &&
      inside[at + 1] === 1 &&
      inside[at - width] === 1 &&
      inside[at + width] === 1;
    paint(picture, at, colour, isInner ? INSIDE : 255);
  }
}

function paint({ rgba }: LabelPicture, pixel: number, colour: Rgb, alpha: number): void {
  rgba.set(colour, pixel * 4);
  rgba[pixel * 4 + 3] = alpha;
}
