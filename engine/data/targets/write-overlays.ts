/** Pictures of images with their labels, in a folder. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { writeFileAtomically } from '../../disk/atomic-file.ts';
import { sliceOf } from '../sources/lazy-list.ts';
import { denseFraction } from './dense-splits.ts';
import type { DenseSet } from './dense-types.ts';
import { drawOverlay } from './overlay.ts';

/**
 * Write `0001.png` and so on, of images drawn by their classes.
 *
 * @param count of pictures, at most
 * @returns paths of the pictures, each with the image that it shows
 * @throws StudioError `target-taken`, `image-unreadable`, `mask-unreadable`, errors of writing
 */
export async function writeOverlays(
  set: DenseSet,
  folder: string,
  count: number,
): Promise<{ readonly file: string; readonly image: string }[]> {
  const { images } =
    set.images.length <= count ? set : denseFraction(set, count / set.images.length, 0);
  const written: { file: string; image: string }[] = [];
  for (const image of sliceOf(images, 0, count)) {
    const { width, height, data } = await drawOverlay(set, image);
    const png = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const file = path.join(folder, `${String(written.length + 1).padStart(4, '0')}.png`);
    // Nothing is replaced, since photographs may have such names too.
    await writeFileAtomically(
      file,
      (beside) => writeFile(beside, png),
      undefined,
      async () => false,
    );
    written.push({ file, image: image.path });
  }
  return written;
}
