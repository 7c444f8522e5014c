/**
 * JPEG XL files, as containers of boxes and as codestreams (.jxl): 1 to 16 bits, grey and RGB.
 *
 * @source ISO/IEC 18181-2, annex A
 */
import { asBuffer } from '../codecs/jpeg-markers.ts';
import { decodeJpegXl } from '../codecs/jpeg-xl.ts';
import { damagedBy, refuseTooLarge, unsupported } from '../errors.ts';
import { boxesIn } from '../jp2/boxes.ts';
import { regionOf } from '../region.ts';
import type { ImageReader } from '../stored-image.ts';
import { isCodestream, readHeader } from './header.ts';

const SIGNATURE = [0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20, 0x0d, 0x0a, 0x87, 0x0a];

/** The decoder takes whole files, and about 50 bytes a pixel of the 4 GB that it can have. */
const MOST_FILE_BYTES = 1_073_741_824;
const MOST_PIXELS = 67_108_864;

export const JXL: ImageReader = {
  format: 'jpeg-xl',
  recognises: (head) => isCodestream(head) || isContainer(head),

  async open(source, { pixelLimit }) {
    if (source.size > MOST_FILE_BYTES) throw unsupported('its file is larger than 1 GB');
    const data = codestreamOf(asBuffer(await source.read(0, source.size)));
    const header = readHeader(data);
    const { width, height, channels, bits } = header;
    refuseTooLarge(width, height, Math.min(pixelLimit, MOST_PIXELS));
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
  },
};

function isContainer(head: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => head[i] === byte);
}

/** @throws StudioError `image-damaged` */
function codestreamOf(bytes: Buffer): Uint8Array {
  if (!isContainer(bytes)) return bytes;
  const boxes = boxesIn(bytes);
  const whole = boxes.find(({ type }) => type === 'jxlc');
  if (whole !== undefined) return whole.body;
  const parts = boxes.filter(({ type }) => type === 'jxlp').map(({ body }) => body);
  requireAllParts(parts);
  return Buffer.concat(parts.map((body) => body.subarray(PART_HEAD)));
}

const PART_HEAD = 4;
const LAST = 0x80000000;

/** Parts are numbered, and the last one is marked. */
function requireAllParts(parts: readonly Buffer[]): void {
  if (parts.some((body) => body.length < PART_HEAD)) throw damagedBy('one of its boxes is cut');
  const numbers = parts.map((body) => body.readUInt32BE(0));
  const isWhole = numbers.every(
    (number, i) => number === (i === numbers.length - 1 ? LAST + i : i),
  );
  if (numbers.length === 0 || !isWhole) throw damagedBy('parts of its picture are missing');
}
