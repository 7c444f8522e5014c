/** PBM, PGM, PPM, PAM and PFM files of one picture. Rows of a region are read by themselves. */
import { damagedBy, refuseTooLarge, unsupported } from '../errors.ts';
import { bytesPerNumber, copyOf, readNumbers, toPlanes } from '../numbers.ts';
import { regionOf } from '../region.ts';
import type {
  ByteSource,
  ImageReader,
  StoredPixels,
  StoredRegion,
  StoredValues,
} from '../stored-image.ts';
import { type PnmHeader, readPnmHeader } from './pnm-header.ts';

const HEAD_BYTES = 4096;
/** Of a number in text, with the blank after it. */
const MOST_TEXT_BYTES = 2 ** 30;

export const PNM: ImageReader = {
  format: 'pnm',
  recognises: (head) => /^P[1-7fF][\s#]/.test(String.fromCharCode(...head.subarray(0, 3))),

  async open(source, { pixelLimit }) {
    const header = readPnmHeader(await source.read(0, Math.min(HEAD_BYTES, source.size)));
    const { width, height, channels, stored, most } = header;
    refuseTooLarge(width, height * Math.max(1, Math.ceil(stored / 4)), pixelLimit);
    const isText = header.layout === 'text' || header.layout === 'text-bits';
    if (!isText) await requireOnePicture(source, header);
    return {
      format: 'pnm',
      width,
      height,
      channels,
      colours: channels === 1 ? 'grey' : channels === 3 ? 'rgb' : 'other',
      samples: 1,
      type: header.type,
      bits: most === undefined ? 32 : Math.ceil(Math.log2(most + 1)),
      ...(most !== undefined && { typeRange: [0, most] as const }),
      levels: [{ width, height }],
      async read(_sample, region) {
        if (isText) return regionOf(withoutOpacity(header, await readText(source, header)), region);
        const rows = region ?? { left: 0, top: 0, width, height };
        const part = { ...header, height: rows.height };
        const pixels = withoutOpacity(part, await readRows(source, header, rows));
        return regionOf(pixels, { ...rows, top: 0 });
      },
    };
  },
};

function rowBytesOf({ width, stored, type, layout }: PnmHeader): number {
  return layout === 'bits' ? Math.ceil(width / 8) : width * stored * bytesPerNumber(type);
}

async function requireOnePicture(source: ByteSource, header: PnmHeader): Promise<void> {
  const end = header.dataStart + header.height * rowBytesOf(header);
  if (end > source.size) throw damagedBy('the file ends before its picture does');
  const next = await source.read(end, Math.min(3, source.size - end));
  if (/^P[1-7]\s/.test(String.fromCharCode(...next)))
    throw unsupported('it holds several pictures one after the other');
}

/** @returns pixel after pixel, the upper rows first */
async function readRows(
  source: ByteSource,
  header: PnmHeader,
  { top, height }: StoredRegion,
): Promise<StoredValues> {
  const { dataStart, layout, type, order, width, stored, most } = header;
  const rowBytes = rowBytesOf(header);
  const isUpwards = layout === 'rows-upwards';
  const first = isUpwards ? header.height - top - height : top;
  const bytes = await source.read(dataStart + first * rowBytes, height * rowBytes);
  if (layout === 'bits') return whiteBits(bytes, width, rowBytes);
  const values = readNumbers(bytes, type, order);
  if (most !== undefined && values.some((value) => value > most))
    throw damagedBy(`it has values above its highest one, ${most}`);
  return isUpwards ? reversedRows(values, width * stored) : values;
}

/** A bit of 1 is black. */
function whiteBits(bytes: Uint8Array, width: number, rowBytes: number): Uint8Array {
  const values = new Uint8Array((bytes.length / rowBytes) * width);
  for (let i = 0; i < values.length; i++) {
    const x = i % width;
    const byte = bytes[Math.floor(i / width) * rowBytes + (x >> 3)]!;
    values[i] = ((byte >> (7 - (x & 7))) & 1) ^ 1;
  }
  return values;
}

function reversedRows(values: StoredValues, perRow: number): StoredValues {
  const reversed = copyOf(values);
  for (let from = 0; from < values.length; from += perRow)
    reversed.set(values.subarray(from, from + perRow), values.length - from - perRow);
  return reversed;
}

/** Numbers in words; bits need no blanks between them. */
async function readText(source: ByteSource, header: PnmHeader): Promise<StoredValues> {
  const { dataStart, width, height, stored, type, layout, most } = header;
  if (source.size > MOST_TEXT_BYTES) throw unsupported(`it has ${source.size} bytes of text`);
  const bytes = await source.read(dataStart, source.size - dataStart);
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/#[^\n\r]*/g, ' ');
  const words = layout === 'text-bits' ? text.matchAll(/[01]/g) : text.matchAll(/\d+/g);
  const count = width * height * stored;
  if (count > bytes.length) throw damagedBy('the file ends before its picture does');
  const values = type === 'uint8' ? new Uint8Array(count) : new Uint16Array(count);
  let at = 0;
  for (const [word] of words) {
    if (at === count) throw unsupported('it holds more than one picture');
    const value = Number(word);
    if (value > most!) throw damagedBy(`it has values above its highest one, ${most}`);
    values[at++] = layout === 'text-bits' ? 1 - value : value;
  }
  if (at < count) throw damagedBy('the file ends before its picture does');
  return values;
}

function withoutOpacity(
  { width, height, stored, channels }: PnmHeader,
  values: StoredValues,
): StoredPixels {
  const planes = toPlanes(values, stored);
  return { width, height, channels, values: copyOf(planes, channels * width * height) };
}
