/**
 * Arrays of NumPy as pictures: [H, W], [C, H, W] or [H, W, C], and with one more dimension before
 * them several of these. The dimension of at most 32 is that of the channels; where this does not
 * tell them apart, the file is refused.
 */
import { parseNpyHeader } from '../../formats/npy.ts';
import { damagedBy, refuseTooLarge, unsupported } from '../errors.ts';
import { bytesPerNumber, type NumberType, rangeOfType, readNumbers, toPlanes } from '../numbers.ts';
import { regionOf } from '../region.ts';
import type { ImageReader } from '../stored-image.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const MOST_CHANNELS = 32;
const MOST_HEADER_BYTES = 1_000_000;

const TYPES: Readonly<Record<string, NumberType>> = {
  u1: 'uint8',
  i1: 'int8',
  u2: 'uint16',
  i2: 'int16',
  u4: 'uint32',
  i4: 'int32',
  u8: 'uint64',
  i8: 'int64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  b1: 'uint8',
};

export const NPY: ImageReader = {
  format: 'npy',
  recognises: (head) => MAGIC.every((byte, i) => head[i] === byte),

  async open(source, { pixelLimit }) {
    const start = Buffer.from(await source.read(0, 12));
    const isFirst = start[6] === 1;
    const dataStart = isFirst ? 10 + start.readUInt16LE(8) : 12 + start.readUInt32LE(8);
    if (dataStart > MOST_HEADER_BYTES) throw damagedBy('its header is too long');
    const from = isFirst ? 10 : 12;
    const text = new TextDecoder().decode(await source.read(from, dataStart - from));
    const { type: code, columnMajor, shape } = headerOf(text);
    const type = TYPES[code.slice(1)];
    if (type === undefined) throw unsupported(`its values are of NumPy's type ${code}`);
    if (columnMajor) throw unsupported('its array is stored column by column');
    const { samples, channels, height, width, isInterleaved } = layoutOf(shape);
    refuseTooLarge(width, height, pixelLimit);
    const bytes = channels * height * width * bytesPerNumber(type);
    if (dataStart + samples * bytes !== source.size)
      throw damagedBy(`it has ${source.size} bytes and needs ${dataStart + samples * bytes}`);
    const isFlag = code.endsWith('b1');
    const typeRange = isFlag ? ([0, 1] as const) : rangeOfType(type);
    return {
      format: 'npy',
      width,
      height,
      channels,
      samples,
      type: isFlag ? 'bool' : type,
      bits: isFlag ? 1 : 8 * bytesPerNumber(type),
      colours: channels === 1 ? 'grey' : channels === 3 ? 'rgb' : 'other',
      ...(typeRange && { typeRange }),
      levels: [{ width, height }],
      async read(sample, region) {
        const stored = await source.read(dataStart + sample * bytes, bytes);
        const values = readNumbers(stored, type, code.startsWith('>') ? 'big' : 'little');
        const planes = isInterleaved ? toPlanes(values, channels) : values;
        return regionOf({ width, height, channels, values: planes }, region);
      },
    };
  },
};

function headerOf(text: string) {
  try {
    return parseNpyHeader(text, 'It');
  } catch (error) {
    throw damagedBy('its header is not one of NumPy', error);
  }
}

interface Layout {
  readonly samples: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly isInterleaved: boolean;
}

function layoutOf(shape: readonly number[]): Layout {
  const text = `[${shape.join(', ')}]`;
  if (shape.some((size) => size === 0)) throw damagedBy(`its shape is ${text}`);
  if (shape.length === 2) return layout([1, 1, ...shape], false);
  if (shape.length !== 3 && shape.length !== 4)
    throw unsupported(`its array has ${shape.length} dimensions`);
  const [first, , last] = shape.slice(-3) as [number, number, number];
  const [mayBeFirst, mayBeLast] = [first <= MOST_CHANNELS, last <= MOST_CHANNELS];
  if (mayBeFirst === mayBeLast)
    throw unsupported(
      `which dimension of its shape ${text} is that of the channels cannot be told; it has at most ${MOST_CHANNELS} channels, before or after height and width of more`,
    );
  const samples = shape.length === 4 ? shape[0]! : 1;
  return layout([samples, ...shape.slice(-3)], mayBeLast);
}

function layout(sizes: readonly number[], isInterleaved: boolean): Layout {
  const [samples, a, b, c] = sizes as [number, number, number, number];
  return isInterleaved
    ? { samples, height: a, width: b, channels: c, isInterleaved }
    : { samples, channels: a, height: b, width: c, isInterleaved };
}
