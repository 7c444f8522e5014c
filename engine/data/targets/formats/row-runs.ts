/** Run lengths of a box row by row, as CVAT writes them, as those of an image column by column. */
import type { RunLengths } from '../../../geometry/run-length.ts';

/**
 * @param rowRuns lengths of background and foreground in turn, as many pixels as the box has
 * @param box whole pixels within the image
 */
export function runsInImage(
  rowRuns: readonly number[],
  box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  },
  image: { readonly width: number; readonly height: number },
): RunLengths {
  const { left, top, width, height } = box;
  const mask = new Uint8Array(width * height);
  let at = 0;
  for (const [i, run] of rowRuns.entries()) {
    if (i % 2 === 1) mask.fill(1, at, at + run);
    at += run;
  }
  const counts: number[] = [];
  let [current, length] = [0, 0];
  const add = (value: number, pixels: number) => {
    if (pixels === 0) return;
    if (value !== current) {
      counts.push(length);
      [current, length] = [value, 0];
    }
    length += pixels;
  };
  add(0, left * image.height);
  for (let x = 0; x < width; x++) {
    add(0, top);
    for (let y = 0; y < height; y++) add(mask[y * width + x]!, 1);
    add(0, image.height - top - height);
  }
  add(0, (image.width - left - width) * image.height);
  counts.push(length);
  return { height: image.height, width: image.width, counts: Uint32Array.from(counts) };
}
