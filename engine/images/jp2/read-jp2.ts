/** JPEG 2000 files (.jp2) and codestreams (.j2k). @source ITU-T T.800, annexes A and I */
import { decodeJpeg2000, readCodestream, requireReadable } from '../codecs/jpeg-2000.ts';
import { asBuffer } from '../codecs/jpeg-markers.ts';
import { damagedBy, refuseTooLarge, unsupported } from '../errors.ts';
import { regionOf } from '../region.ts';
import type { OpenImage } from '../stored-image.ts';
import { boxesIn, codestreamOf } from './boxes.ts';
import { isJp2Codestream } from './recognise.ts';

/** The decoder takes whole files. */
const MOST_FILE_BYTES = 1_073_741_824;

/** Enumerated colour spaces that are read: sRGB, grey. */
const COLOURS: ReadonlyMap<number, number> = new Map([
  [16, 3],
  [17, 1],
]);

export const openJp2: OpenImage = async (source, { pixelLimit }) => {
  if (source.size > MOST_FILE_BYTES) throw unsupported('its file is larger than 1 GB');
  const bytes = asBuffer(await source.read(0, source.size));
  const data = codestreamOf(bytes);
  const stream = readCodestream(data);
  const { width, height, channels, bits, isSigned } = stream;
  refuseTooLarge(width, height, pixelLimit);
  if (!isJp2Codestream(bytes)) requirePlainColours(bytes, channels);
  requireReadable(stream);
  return {
    format: 'jpeg-2000',
    width,
    height,
    channels,
    colours: channels === 1 ? 'grey' : 'rgb',
    samples: 1,
    type: `${isSigned ? 'int' : 'uint'}${bits > 8 ? 16 : 8}`,
    bits,
    typeRange: isSigned ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1],
    levels: [{ width, height }],
    async read(_sample, region) {
      const { values } = await decodeJpeg2000(data, stream);
      return regionOf({ width, height, channels, values }, region);
    },
  };
};

function requirePlainColours(bytes: Buffer, channels: number): void {
  const header = boxesIn(bytes).find(({ type }) => type === 'jp2h');
  if (header === undefined) throw damagedBy('it has no JPEG 2000 header');
  for (const { type, body } of boxesIn(header.body)) {
    if (type === 'pclr') throw unsupported('it is JPEG 2000 with a palette');
    if (type !== 'colr' || body[0] !== 1) continue;
    if (body.length < 7) throw damagedBy('one of its boxes is cut');
    if (COLOURS.get(body.readUInt32BE(3)) !== channels)
      throw unsupported('its colours are neither grey nor sRGB');
  }
}
