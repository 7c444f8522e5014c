/** Numbers of files, in either byte order, in arrays that hold them exactly. */
import { unsupported } from './errors.ts';
import type { StoredValues, ValueRange } from './stored-image.ts';

export type NumberType = keyof typeof TYPES;

const TYPES = {
  uint8: { bytes: 1, range: [0, 255] },
  int8: { bytes: 1, range: [-128, 127] },
  uint16: { bytes: 2, range: [0, 65_535] },
  int16: { bytes: 2, range: [-32_768, 32_767] },
  uint32: { bytes: 4, range: [0, 4_294_967_295] },
  int32: { bytes: 4, range: [-2_147_483_648, 2_147_483_647] },
  uint64: { bytes: 8, range: [0, 2 ** 64] },
  int64: { bytes: 8, range: [-(2 ** 63), 2 ** 63] },
  float16: { bytes: 2, range: undefined },
  float32: { bytes: 4, range: undefined },
  float64: { bytes: 8, range: undefined },
} as const satisfies Record<string, { bytes: number; range: ValueRange | undefined }>;

export function bytesPerNumber(type: NumberType): number {
  return TYPES[type].bytes;
}

/** Range of the values of a type; undefined for floating point numbers, which have none. */
export function rangeOfType(type: NumberType): ValueRange | undefined {
  return TYPES[type].range;
}

const HOST_IS_LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * @param bytes a whole number of values; not changed
 * @throws StudioError `image-unsupported` for numbers of 64 bits that float64 does not hold exactly
 */
export function readNumbers(
  bytes: Uint8Array,
  type: NumberType,
  byteOrder: 'little' | 'big',
): StoredValues {
  const width = TYPES[type].bytes;
  // A copy, since typed arrays begin at multiples of their width.
  const copy = new Uint8Array(bytes);
  if (width > 1 && (byteOrder === 'little') !== HOST_IS_LITTLE) swapInPlace(copy, width);
  const { buffer } = copy;
  switch (type) {
    case 'uint8':
      return copy;
    case 'int8':
      return new Int8Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'uint64':
      return exactly(new BigUint64Array(buffer));
    case 'int64':
      return exactly(new BigInt64Array(buffer));
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer), fromHalf);
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
  }
}

function swapInPlace(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else buffer.swap64();
}

function exactly(values: BigInt64Array | BigUint64Array): Float64Array {
  const numbers = Float64Array.from(values, Number);
  if (numbers.some((value) => !Number.isSafeInteger(value)))
    throw unsupported('its whole numbers of 64 bits are beyond 9007199254740991');
  return numbers;
}

/** @source IEEE 754, binary16 */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The first values, in memory of their own; `slice` of a Buffer would share it. */
export function copyOf<V extends StoredValues>(values: V, length = values.length): V {
  const first = values.subarray(0, length);
  return (Buffer.isBuffer(first) ? new Uint8Array(first) : first.slice()) as V;
}

/** From pixel after pixel to plane after plane. */
export function toPlanes<V extends StoredValues>(values: V, channels: number): V {
  if (channels === 1) return values;
  const plane = values.length / channels;
  const planes = copyOf(values);
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0, at = channel; i < plane; i++, at += channels)
      planes[channel * plane + i] = values[at]!;
  return planes;
}
