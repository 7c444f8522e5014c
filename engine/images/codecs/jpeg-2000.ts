/**
 * JPEG 2000 codestreams by OpenJPEG: one or three components of 1 to 16 bits. The interface of the
 * package gives no others.
 *
 * @source ITU-T T.800, annex A
 */
import { damagedBy, unsupported } from '../errors.ts';
import { readNumbers, toPlanes } from '../numbers.ts';
import type { StoredValues } from '../stored-image.ts';
import { type Decoded, type Expected, requireExpected } from './decoded.ts';
import { asBuffer } from './jpeg-markers.ts';
import { emscriptenModule } from './wasm-module.ts';

interface OpenJpeg {
  readonly HEAPU8: Uint8Array;
  readonly J2KDecoder: new () => {
    getEncodedBuffer(bytes: number): Uint8Array;
    /** empty where decoding failed */
    getDecodedBuffer(): ArrayLike<number>;
    decode(): void;
    delete(): void;
  };
}

const OPENJPEG = emscriptenModule<OpenJpeg>(
  '@cornerstonejs/codec-openjpeg/decodewasmjs',
  '@cornerstonejs/codec-openjpeg/decodewasm',
);

const START = 0xff4fff51;
const COMPONENTS_AT = 42;
const MOST_TILES = 16_384;

export interface Codestream extends Expected {
  readonly bits: number;
  readonly isSigned: boolean;
}

/** What its header states. @throws StudioError `image-damaged`, `image-unsupported` */
export function readCodestream(data: Uint8Array): Codestream {
  const bytes = asBuffer(data);
  if (bytes.length < COMPONENTS_AT || bytes.readUInt32BE(0) !== START)
    throw damagedBy('its picture does not begin as JPEG 2000 does');
  const word = (at: number) => bytes.readUInt32BE(at);
  const [width, height] = [word(8), word(12)];
  if (word(16) !== 0 || word(20) !== 0)
    throw unsupported('its JPEG 2000 grid begins beside its picture');
  const [tileWidth, tileHeight] = [word(24), word(28)];
  if (width * height * tileWidth * tileHeight === 0) throw damagedBy('its JPEG 2000 size is 0');
  if (word(32) !== 0 || word(36) !== 0)
    throw unsupported('its JPEG 2000 tiles begin beside its picture');
  const tiles = Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight);
  if (tiles > MOST_TILES) throw unsupported(`it has ${tiles} tiles of JPEG 2000`);
  const channels = bytes.readUInt16BE(40);
  if (channels === 0 || bytes.length < COMPONENTS_AT + 3 * channels)
    throw damagedBy('its JPEG 2000 header is cut');
  return { width, height, channels, ...commonKind(bytes, channels) };
}

function commonKind(bytes: Buffer, channels: number) {
  const depth = bytes[COMPONENTS_AT]!;
  for (let at = COMPONENTS_AT; at < COMPONENTS_AT + 3 * channels; at += 3) {
    if (bytes[at] !== depth) throw unsupported('its components have different depths');
    if (bytes[at + 1] !== 1 || bytes[at + 2] !== 1)
      throw unsupported('its components have different sizes');
  }
  const bits = (depth & 0x7f) + 1;
  return { bits, isSigned: depth > 0x7f };
}

/** @throws StudioError `image-damaged`, `image-unsupported` */
export async function decodeJpeg2000(data: Uint8Array, expected: Expected): Promise<Decoded> {
  const stated = readCodestream(data);
  const { width, height, channels, bits, isSigned } = stated;
  requireExpected(stated, expected);
  requireReadable(stated);
  const decoded = await decode(asUnsigned(data, channels));
  if (decoded.length !== width * height * channels * (bits > 8 ? 2 : 1))
    throw damagedBy('its JPEG 2000 data cannot be decoded');
  const values = readNumbers(decoded, bits > 8 ? 'uint16' : 'uint8', 'little');
  const planes = toPlanes(values, channels);
  return {
    width,
    height,
    channels,
    bits,
    isSigned,
    values: isSigned ? lowered(planes, bits) : planes,
  };
}

/** @throws StudioError `image-unsupported` */
export function requireReadable({ channels, bits }: Codestream): void {
  if ((channels === 1 || channels === 3) && bits <= 16) return;
  throw unsupported(`it is JPEG 2000 with ${channels} components of ${bits} bits`);
}

/** The decoder clips small negative values, but a value of unsigned ones is only shifted. */
function asUnsigned(data: Uint8Array, channels: number): Uint8Array {
  const bytes = Uint8Array.from(data);
  for (let i = 0; i < channels; i++) bytes[COMPONENTS_AT + 3 * i]! &= 0x7f;
  return bytes;
}

function lowered(values: StoredValues, bits: number): StoredValues {
  const zero = 2 ** (bits - 1);
  const result = bits > 8 ? new Int16Array(values.length) : new Int8Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = values[i]! - zero;
  return result;
}

async function decode(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await OPENJPEG.run((module) => {
      const decoder = new module.J2KDecoder();
      try {
        decoder.getEncodedBuffer(bytes.length).set(bytes);
        decoder.decode();
        return Uint8Array.from(decoder.getDecodedBuffer());
      } finally {
        decoder.delete();
      }
    });
  } catch (error) {
    throw damagedBy('its JPEG 2000 data cannot be decoded', error);
  }
}
