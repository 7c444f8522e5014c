/** A map over the picture that it belongs to. */
import { factsOfMap } from '../../contract/attention.ts';
import { heatColour } from '../../contract/heat-colours.ts';
import type { RgbImage } from '../../data/pixels/image.ts';

export interface PatchMap {
  readonly rows: number;
  readonly cols: number;
  /** [rows, cols] */
  readonly values: Float32Array;
}

/**
 * Colours run from 0 to the highest value of the map, and each patch has one colour.
 *
 * @param cover share of the colours, the rest is the picture
 */
export function drawMap(
  picture: RgbImage,
  { rows, cols, values }: PatchMap,
  cover: number,
): RgbImage {
  const { width, height } = picture;
  const { highest } = factsOfMap(values);
  const colours = Array.from(values, (value) => heatColour(highest > 0 ? value / highest : 0));
  const data = Uint8Array.from(picture.data);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * cols;
    for (let x = 0; x < width; x++) {
      const colour = colours[row + Math.floor((x * cols) / width)]!;
      const at = (y * width + x) * 3;
      for (const i of [0, 1, 2] as const)
        data[at + i] = Math.round((1 - cover) * data[at + i]! + cover * colour[i]);
    }
  }
  return { width, height, data };
}
