/** Small pictures of an image, with labels and with predictions over it. */
import { isBackground } from '../../contract/class-labels.ts';
import { defined } from '../../contract/defined.ts';
import { encodeMask } from '../../geometry/run-length.ts';
import type { Size } from '../pixels/decode.ts';
import type { RgbImage } from '../pixels/image.ts';
import { decodeShownWithin } from '../pixels/stored/shown.ts';
import { classColour } from './class-colours.ts';
import type { DenseClass } from './dense-types.ts';
import { type Drawn, drawOver } from './overlay.ts';
import { areaIn, sourcePixels } from './scaled-labels.ts';

/** Longer side of a picture. */
const SIDE = 256;

/** A picture of an image with its name, such as `prediction`. */
export interface NamedPicture {
  readonly title: string;
  /** Why it shows nothing over the image. */
  readonly note?: string;
  readonly picture: RgbImage;
}

/** Labels over an image. */
export interface SampleView extends Drawn {
  readonly note?: string;
}

/**
 * @param views labels by title, in pixels of the image; undefined for the image alone
 * @throws StudioError `image-unreadable`
 */
export async function drawSample(
  image: Size & { readonly path: string },
  views: Readonly<Record<string, SampleView | undefined>>,
  classes: readonly DenseClass[],
): Promise<readonly NamedPicture[]> {
  const shown = await decodeShownWithin(image.path, SIDE);
  const colourOf = (label: number) => {
    const one = classes[label];
    return one !== undefined && isBackground(one) ? undefined : classColour(one, label);
  };
  return Object.entries(views).map(([title, drawn]) => ({
    title,
    ...defined({ note: drawn?.note }),
    picture: drawn === undefined ? shown : drawOver(shown, scaled(drawn, image, shown), colourOf),
  }));
}

function scaled({ map, objects = [] }: Drawn, image: Size, { width, height }: Size): Drawn {
  const [across, down] = [width / image.width, height / image.height];
  return {
    map: map && {
      width,
      height,
      classes: Uint16Array.from(
        sourcePixels({ width, height }, map),
        ([, from]) => map.classes[from]!,
      ),
    },
    objects: objects.map(({ label, box: [x, y, w, h], mask }) => ({
      label,
      box: [x * across, y * down, w * across, h * down] as const,
      ...(mask && {
        mask: { runs: encodeMask(areaIn(mask, { width, height }, image), height, width) },
      }),
    })),
  };
}
