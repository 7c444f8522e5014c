/**
 * YCbCr without JPEG: subsampled blocks of pixels, and conversion to RGB by the tables of libtiff.
 *
 * @source TIFF Revision 6.0, sections 20 and 21; libtiff, tif_color.c
 */
import { unsupported } from '../errors.ts';
import type { StoredPixels } from '../stored-image.ts';
import { readNumbersOf, type TiffFile } from './directory.ts';
import type { TiffPage } from './page.ts';
import { TAG } from './tags.ts';

type Subsampling = readonly [across: number, down: number];

/** Bytes of the blocks of a chunk. */
export function blockBytes(width: number, height: number, [across, down]: Subsampling): number {
  return Math.ceil(width / across) * Math.ceil(height / down) * (across * down + 2);
}

/** @returns Y, Cb, Cr for each pixel */
export function expandBlocks(
  bytes: Uint8Array,
  width: number,
  height: number,
  [across, down]: Subsampling,
): Uint8Array {
  const values = new Uint8Array(3 * width * height);
  const perBlock = across * down + 2;
  let from = 0;
  for (let top = 0; top < height; top += down)
    for (let left = 0; left < width; left += across, from += perBlock)
      for (let y = 0; y < down && top + y < height; y++)
        for (let x = 0; x < across && left + x < width; x++) {
          const at = 3 * ((top + y) * width + left + x);
          values[at] = bytes[from + y * across + x]!;
          values[at + 1] = bytes[from + perBlock - 2]!;
          values[at + 2] = bytes[from + perBlock - 1]!;
        }
  return values;
}

export type ToRgb = (pixels: StoredPixels) => StoredPixels;

const [SHIFT, HALF] = [16, 1 << 15];
/** ITU-R 601. */
const DEFAULT_LUMA = [0.299, 0.587, 0.114] as const;
const DEFAULT_REFERENCE = [0, 255, 128, 255, 128, 255] as const;

/** @throws StudioError `image-unsupported` */
export async function ycbcrToRgb(file: TiffFile, page: TiffPage): Promise<ToRgb> {
  const [red, green, blue] = await numbersOr(file, page, TAG.ycbcrCoefficients, DEFAULT_LUMA);
  if (!(red! > 0 && green! > 0 && blue! > 0)) throw unsupported('its YCbCr coefficients are 0');
  const reference = await numbersOr(file, page, TAG.referenceBlackWhite, DEFAULT_REFERENCE);
  const tables = tablesOf([red!, green!, blue!], reference);
  return ({ width, height, values }) => {
    const plane = width * height;
    const rgb = new Uint8Array(3 * plane);
    for (let i = 0; i < plane; i++) {
      const y = tables.luma[values[i]!]!;
      const [cb, cr] = [values[plane + i]!, values[2 * plane + i]!];
      const green = (tables.greenOfBlue[cb]! + tables.greenOfRed[cr]!) >> SHIFT;
      rgb[i] = clamp(y + tables.red[cr]!, 0, 255);
      rgb[plane + i] = clamp(y + green, 0, 255);
      rgb[2 * plane + i] = clamp(y + tables.blue[cb]!, 0, 255);
    }
    return { width, height, channels: 3, values: rgb };
  };
}

async function numbersOr(
  file: TiffFile,
  { directory }: TiffPage,
  tag: number,
  otherwise: readonly number[],
): Promise<readonly number[]> {
  const numbers = await readNumbersOf(file, directory, tag);
  return numbers.length >= otherwise.length && numbers.every(Number.isFinite) ? numbers : otherwise;
}

function tablesOf(
  [red, green, blue]: readonly [number, number, number],
  reference: readonly number[],
) {
  const fixed = (value: number) => Math.floor(clamp(value, 0, 2) * 2 ** SHIFT + 0.5);
  const [ofRed, ofBlue] = [2 - 2 * red, 2 - 2 * blue];
  const factors = {
    red: fixed(ofRed),
    greenOfRed: -fixed((red * ofRed) / green),
    blue: fixed(ofBlue),
    greenOfBlue: -fixed((blue * ofBlue) / green),
  };
  const limit = 128 * 64;
  const code = (value: number, black: number, white: number, range: number) =>
    Math.trunc(
      clamp(((value - black) * range) / (white === black ? 1 : white - black), -limit, limit),
    );
  const table = (of: (value: number) => number) =>
    Int32Array.from({ length: 256 }, (_, i) => of(i));
  const [y0, y1, b0, b1, r0, r1] = reference.map(Math.trunc) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const chroma = (i: number, black: number, white: number) =>
    code(i - 128, black - 128, white - 128, 127);
  return {
    luma: table((i) => code(i, y0, y1, 255)),
    red: table((i) => (factors.red * chroma(i, r0, r1) + HALF) >> SHIFT),
    greenOfRed: table((i) => factors.greenOfRed * chroma(i, r0, r1)),
    greenOfBlue: table((i) => factors.greenOfBlue * chroma(i, b0, b1) + HALF),
    blue: table((i) => (factors.blue * chroma(i, b0, b1) + HALF) >> SHIFT),
  };
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
