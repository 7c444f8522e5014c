/**
 * PNG files of 16 bits a channel. Those of fewer bits are decoded to bytes elsewhere.
 *
 * @source W3C PNG specification, third edition
 */
import sharp from 'sharp';
import { damagedBy, refuseTooLarge, unsupported } from '../errors.ts';
import { rangeOfType, readNumbers, toPlanes } from '../numbers.ts';
import { regionOf } from '../region.ts';
import type { ImageReader } from '../stored-image.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Positions in the header chunk, which is the first one. */
const [WIDTH_AT, HEIGHT_AT, DEPTH_AT, COLOURS_AT] = [16, 20, 24, 25];
const HEADER_BYTES = 33;
/** Colours by type 0, 2, 4 and 6; opacity is dropped. */
const CHANNELS: Readonly<Record<number, 1 | 3>> = { 0: 1, 2: 3, 4: 1, 6: 3 };
const MOST_BYTES = 2 ** 31;

export const PNG: ImageReader = {
  format: 'png',
  recognises: (head) => SIGNATURE.every((byte, i) => head[i] === byte) && head[DEPTH_AT] === 16,

  async open(source, { pixelLimit }) {
    const head = Buffer.from(await source.read(0, HEADER_BYTES));
    const channels = CHANNELS[head[COLOURS_AT]!];
    if (channels === undefined) throw damagedBy(`its kind of colours is ${head[COLOURS_AT]}`);
    const [storedWidth, storedHeight] = [head.readUInt32BE(WIDTH_AT), head.readUInt32BE(HEIGHT_AT)];
    if (storedWidth === 0 || storedHeight === 0) throw damagedBy('its size is 0');
    refuseTooLarge(storedWidth, storedHeight, pixelLimit);
    if (source.size > MOST_BYTES) throw unsupported(`it has ${source.size} bytes`);
    const content = await source.read(0, source.size);
    const options = { failOn: 'error', limitInputPixels: false, ignoreIcc: true } as const;
    const isTurned = (await orientationOf(content)) >= 5;
    const [width, height] = isTurned ? [storedHeight, storedWidth] : [storedWidth, storedHeight];
    return {
      format: 'png',
      width,
      height,
      channels,
      colours: channels === 1 ? 'grey' : 'rgb',
      samples: 1,
      type: 'uint16',
      bits: 16,
      typeRange: rangeOfType('uint16')!,
      levels: [{ width, height }],
      async read(_sample, region) {
        const decoded = await sharp(content, options)
          .autoOrient()
          .removeAlpha()
          .toColourspace(channels === 1 ? 'grey16' : 'rgb16')
          .raw({ depth: 'ushort' })
          .toBuffer({ resolveWithObject: true })
          .catch((error: unknown) => {
            throw damagedBy('its picture cannot be decoded', error);
          });
        const { info, data } = decoded;
        if (info.channels !== channels || info.width !== width || info.height !== height)
          throw damagedBy('its picture cannot be decoded');
        const values = toPlanes(readNumbers(data, 'uint16', 'little'), channels);
        return regionOf({ width, height, channels, values }, region);
      },
    };
  },
};

/** The tag of Exif data, which may stand anywhere in the file. */
async function orientationOf(content: Uint8Array): Promise<number> {
  try {
    const { orientation = 1 } = await sharp(content, { limitInputPixels: false }).metadata();
    return orientation;
  } catch (error) {
    throw damagedBy('its picture cannot be decoded', error);
  }
}
