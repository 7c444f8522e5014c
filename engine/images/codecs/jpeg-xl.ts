/** JPEG XL codestreams of 1 to 16 bits by jxl-oxide, whose PNG files hold all of these bits. */
import { decode } from 'fast-png';
import { damagedBy, refuseTooLarge } from '../errors.ts';
import { toPlanes } from '../numbers.ts';
import type { StoredValues } from '../stored-image.ts';
import { type Expected, requireExpected } from './decoded.ts';
import { renderToPng } from './jxl-oxide.ts';

/** The decoder takes about 50 bytes a pixel of the 4 GB that it can have. */
export const MOST_XL_PIXELS = 67_108_864;

/**
 * @param stated by the header of the codestream
 * @returns planes of the colours, without transparency, from 0 to 2^bits - 1
 * @throws StudioError `image-damaged`, `image-too-large`
 */
export async function decodeJpegXl(
  codestream: Uint8Array,
  stated: Expected & { readonly bits: number },
): Promise<StoredValues> {
  const { width, height, channels, bits } = stated;
  refuseTooLarge(width, height, MOST_XL_PIXELS);
  const png = await decodeWhole(codestream);
  const isTransparent = png.channels === 2 || png.channels === 4;
  requireExpected({ ...png, channels: png.channels - Number(isTransparent) }, stated);
  const stretched = bits > 8 ? 16 : 8;
  if (png.depth !== stretched) throw damagedBy(`its JPEG XL data have ${png.depth} bits`);
  const pixels = png.data as Uint8Array | Uint16Array;
  const values = toPlanes(pixels, png.channels).subarray(0, channels * width * height);
  return bits === stretched ? values : shrunk(values as typeof pixels, bits, stretched);
}

async function decodeWhole(codestream: Uint8Array) {
  try {
    return decode(await renderToPng(codestream));
  } catch (error) {
    throw damagedBy('its JPEG XL data cannot be decoded', error);
  }
}

/** Values were stretched to the range of more bits and rounded, which rounding undoes exactly. */
function shrunk(values: Uint8Array | Uint16Array, bits: number, from: number): StoredValues {
  const scale = (2 ** bits - 1) / (2 ** from - 1);
  return values.map((value) => Math.round(value * scale));
}
