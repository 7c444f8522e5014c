/** JPEG XL files, as containers of boxes and as codestreams (.jxl): 1 to 16 bits, grey and RGB. */
import { decodeJpegXl, MOST_XL_PIXELS } from '../codecs/jpeg-xl.ts';
import { refuseTooLarge, unsupported } from '../errors.ts';
import { regionOf } from '../region.ts';
import type { OpenImage } from '../stored-image.ts';
import { codestreamOf } from './container.ts';
import { readHeader } from './header.ts';

/** The decoder takes whole files. */
const MOST_FILE_BYTES = 1_073_741_824;

export const openJxl: OpenImage = async (source, { pixelLimit }) => {
  if (source.size > MOST_FILE_BYTES) throw unsupported('its file is larger than 1 GB');
  const data = codestreamOf(await source.read(0, source.size));
  const header = readHeader(data);
  const { width, height, channels, bits } = header;
  refuseTooLarge(width, height, Math.min(pixelLimit, MOST_XL_PIXELS));
  return {
    format: 'jpeg-xl',
    width,
    height,
    channels,
    colours: channels === 1 ? 'grey' : 'rgb',
    samples: 1,
    type: bits > 8 ? 'uint16' : 'uint8',
    bits,
    typeRange: [0, 2 ** bits - 1],
    levels: [{ width, height }],
    async read(_sample, region) {
      const values = await decodeJpegXl(data, header);
      return regionOf({ width, height, channels, values }, region);
    },
  };
};
