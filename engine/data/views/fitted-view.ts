/**
 * Views of whole images: scaled so that all of the image fits, and padded to the right and below. What
 * is found in a view is moved back to the pixels of its image.
 */
import type { BoxXywh } from '../../geometry/box.ts';
import type { RunLengths } from '../../geometry/run-length.ts';
import type { Size } from '../pixels/decode.ts';
import type { Picture } from '../pixels/picture.ts';
import { type InputOptions, NetworkInput } from './network-input.ts';

export interface FittedView {
  readonly image: Size;
  readonly view: Size;
  /** Of the scaled image, at the top left of the view. */
  readonly shown: Size;
}

export function fittedView(
  image: Size,
  [height, width]: readonly [height: number, width: number],
): FittedView {
  const factor = Math.min(height / image.height, width / image.width);
  const scaled = (size: number, most: number) =>
    Math.min(most, Math.max(1, Math.round(size * factor)));
  return {
    image: { height: image.height, width: image.width },
    view: { height, width },
    shown: { height: scaled(image.height, height), width: scaled(image.width, width) },
  };
}

/** Writes normalised views. What the image does not cover is its mean colour, as in training. */
export class FittedWriter {
  readonly input: NetworkInput;

  constructor(options: InputOptions) {
    this.input = new NetworkInput(options);
  }

  /** @param out [C, H, W] */
  write(image: Picture, { shown, view }: FittedView, out: Float32Array): void {
    const part = this.input.resize(image, shown, 'bilinear');
    this.input.write(this.input.paste(part, { top: 0, left: 0, ...shown }, view), out);
  }
}

/**
 * @param box centre x, centre y, width and height, as shares of the view
 * @returns in pixels of the image, cut at its border
 */
export function boxInImage(
  [x, y, across, down]: readonly [number, number, number, number],
  { image, shown, view }: FittedView,
): BoxXywh {
  const within = (share: number, of: number, covered: number, size: number) =>
    Math.min(Math.max((share * of * size) / covered, 0), size);
  const alongX = (share: number) => within(share, view.width, shown.width, image.width);
  const alongY = (share: number) => within(share, view.height, shown.height, image.height);
  const [left, top] = [alongX(x - across / 2), alongY(y - down / 2)];
  return [left, top, alongX(x + across / 2) - left, alongY(y + down / 2) - top];
}

/** Numbers on a grid over a whole view, the cells row by row. */
export interface ViewGrid {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float32Array;
}

/**
 * The pixels of an image at which a grid, interpolated between the centres of its cells, is above 0.
 */
export function maskInImage({ rows, cols, values }: ViewGrid, fitted: FittedView): RunLengths {
  const { image, shown, view } = fitted;
  const down = cellsOf(image.height, shown.height / view.height, rows);
  const across = cellsOf(image.width, shown.width / view.width, cols);
  const column = new Float32Array(rows);
  const counts: number[] = [];
  let [isInside, length] = [false, 0];
  for (let x = 0; x < image.width; x++) {
    const [left, right, share] = [across.low[x]!, across.high[x]!, across.share[x]!];
    let largest = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < rows; row++) {
      const before = values[row * cols + left]!;
      const value = before + share * (values[row * cols + right]! - before);
      column[row] = value;
      if (value > largest) largest = value;
    }
    // Most columns do not show the object at all.
    if (!(largest > 0) && !isInside) {
      length += image.height;
      continue;
    }
    for (let y = 0; y < image.height; y++) {
      const above = column[down.low[y]!]!;
      if (above + down.share[y]! * (column[down.high[y]!]! - above) > 0 !== isInside) {
        counts.push(length);
        length = 0;
        isInside = !isInside;
      }
      length++;
    }
  }
  counts.push(length);
  return { height: image.height, width: image.width, counts: new Uint32Array(counts) };
}

/** For each pixel the two cells whose centres are next to its own, and the share of the second. */
function cellsOf(pixels: number, covered: number, cells: number) {
  const low = new Int32Array(pixels);
  const high = new Int32Array(pixels);
  const share = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const exact = ((i + 0.5) / pixels) * covered * cells - 0.5;
    const place = Math.min(Math.max(exact, 0), cells - 1);
    low[i] = Math.floor(place);
    high[i] = Math.min(low[i]! + 1, cells - 1);
    share[i] = place - low[i]!;
  }
  return { low, high, share };
}
