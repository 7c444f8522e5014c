/** The class of each pixel of an image, as it is learnt from and judged. */
import { StudioError } from '../../contract/errors.ts';
import { readMaskFile } from '../pixels/mask-pixels.ts';
import { reasonOf } from '../sources/unreadable.ts';
import type { DenseImage, DenseSet } from './dense-types.ts';
import { type ClassMap, toClasses } from './masks/mask-values.ts';
import { storedSize, turnPixels } from './orientation.ts';

/**
 * @param set with masks @param image of the set; one without a mask is all background
 * @returns classes in pixels of the image as it is shown
 * @throws StudioError `mask-unreadable`
 */
export async function readClassMap(
  { values }: Pick<DenseSet, 'values'>,
  image: Pick<DenseImage, 'mask' | 'width' | 'height'>,
): Promise<ClassMap> {
  const { mask, width, height } = image;
  if (mask === undefined || values === undefined)
    return { width, height, classes: new Uint16Array(width * height) };
  try {
    const { pixels } = await readMaskFile(mask.path);
    const map = toClasses(pixels, values);
    const { turn = 1 } = mask;
    const stored = storedSize({ width, height }, turn);
    if (map.width !== stored.width || map.height !== stored.height)
      throw new RangeError(`it is now of ${map.width} x ${map.height} pixels`);
    return turn === 1 ? map : { width, height, classes: turnPixels(map.classes, stored, turn) };
  } catch (cause) {
    if (!(cause instanceof StudioError || cause instanceof RangeError)) throw cause;
    const reason = reasonOf(cause);
    throw new StudioError('mask-unreadable', `The mask ${mask.path} cannot be read: ${reason}`, {
      advice: 'Check that it was not moved or changed since the labels were read.',
      details: { path: mask.path, reason },
      cause,
    });
  }
}
