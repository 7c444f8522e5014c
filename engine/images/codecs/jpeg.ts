/**
 * JPEG with 8 bits, baseline or progressive, by the decoder of sharp (libjpeg-turbo); with 12 bits by
 * our own.
 */
import sharp from 'sharp';
import { damagedBy, unsupported } from '../errors.ts';
import { toPlanes } from '../numbers.ts';
import { type Decoded, type Expected, requireExpected } from './decoded.ts';
import { decodeJpegExtended } from './jpeg-extended.ts';
import { asBuffer, type JpegFrame, readJpegFrame } from './jpeg-markers.ts';

/** Baseline, extended, progressive. */
const READ_FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);

/** A segment of Adobe that says: three components without a transform. */
const NO_TRANSFORM = Buffer.from([
  0xff,
  0xee,
  0,
  14,
  ...Buffer.from('Adobe'),
  0,
  100,
  0,
  0,
  0,
  0,
  0,
]);
const RGB_IDS = [...Buffer.from('RGB')].join();

/**
 * Luma and chroma become RGB. Whether components are these is stated by markers of JFIF and Adobe or
 * by their names; only where nothing is, by the file around.
 *
 * @param isRgb what the file around says of three components
 * @throws StudioError `image-damaged`, `image-unsupported`
 */
export async function decodeJpeg(
  data: Uint8Array,
  expected: Expected,
  isRgb: boolean,
): Promise<Decoded> {
  const bytes = asBuffer(data);
  const frame = readJpegFrame(bytes);
  const { marker, bits, width, height, components } = frame;
  requireExpected({ width, height, channels: components.length }, expected);
  if (bits !== 8) return decodeJpegExtended(bytes, expected);
  if (!READ_FRAMES.has(marker)) throw unsupported('its coding is of a rare kind of JPEG');
  const marked = isRgb ? withoutTransform(bytes, frame) : bytes;
  const { data: values, channels } = await decode(marked, components.length === 1);
  if (values.length !== width * height * components.length || channels !== components.length)
    throw damagedBy('its JPEG data do not give the whole picture');
  const planes = toPlanes(new Uint8Array(values), channels);
  return { width, height, channels, bits, isSigned: false, values: planes };
}

function withoutTransform(bytes: Buffer, { components, statesColours }: JpegFrame): Buffer {
  const ids = components.map(({ id }) => id).join();
  if (statesColours || components.length !== 3 || ids === RGB_IDS) return bytes;
  return Buffer.concat([bytes.subarray(0, 2), NO_TRANSFORM, bytes.subarray(2)]);
}

async function decode(bytes: Buffer, isGrey: boolean) {
  try {
    const options = { failOn: 'error', ignoreIcc: true, limitInputPixels: false } as const;
    const image = sharp(bytes, options).toColourspace(isGrey ? 'b-w' : 'srgb');
    const raw = image.raw({ depth: 'uchar' });
    const { data, info } = await raw.toBuffer({ resolveWithObject: true });
    return { data, channels: info.channels };
  } catch (error) {
    throw damagedBy('its JPEG data cannot be decoded', error);
  }
}
